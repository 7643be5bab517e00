import { PaywallError } from "@x402-paywall/core";

/** Nothing was decided about the payment, and nothing sent: ask again later with the same one. 503. */
export function unavailable(detail: string, retryAfter = 5, cause?: unknown): PaywallError {
  return new PaywallError("rail_unavailable", { detail, retryAfter, cause });
}
