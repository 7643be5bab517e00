import type { Quote } from "@x402-paywall/core";

/** The invoice closes before the quote does, so that what is paid in time also arrives in time. */
const CLOSES_EARLY_SECONDS = 15;
const MIN_EXPIRY_SECONDS = 15;

/** How long an invoice for a quote can be paid. @param now Unix seconds. */
export function invoiceSeconds({ expiresAt }: Quote, now: number): number {
  return Math.max(MIN_EXPIRY_SECONDS, expiresAt - now - CLOSES_EARLY_SECONDS);
}
