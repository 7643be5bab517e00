import { randomBytes } from "node:crypto";
import type { Quote } from "@x402-paywall/core";
import type { InvoiceRecord } from "@x402-paywall/proxy";
import type { TestEndpoint } from "./factories.ts";

/** A LIVE invoice over 10 sat as the rail writes it down. @param expiresIn seconds */
export function makeLiveInvoice(
  { id: endpointId, workspaceId }: TestEndpoint,
  { nodeId, paymentHash, expiresIn = 300 }: { nodeId: string; paymentHash: string; expiresIn?: number },
): InvoiceRecord {
  const now = Math.floor(Date.now() / 1000);
  const quote: Quote = {
    id: randomBytes(11).toString("hex"),
    mode: "live",
    endpointId,
    routeId: null,
    priceVersion: 1,
    amount: 10_000n,
    terms: { kind: "use" },
    rate: { msatPerUsd: 1_000_000n, asOf: now },
    bindingHash: "x".repeat(43),
    issuedAt: now,
    expiresAt: now + expiresIn,
  };
  const { id: quoteId, mode, amount, expiresAt } = quote;
  const known = { quoteId, endpointId, workspaceId, mode, amount, expiresAt };
  return { ...known, paymentHash, bolt11: `lnbcrt${paymentHash}`, quote, nodeId, shared: false, paid: null };
}
