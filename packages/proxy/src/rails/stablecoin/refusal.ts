import type { Confirmation } from "../../rail.ts";

type Refused = Extract<Confirmation, { readonly outcome: "refused" }>;

/** Says in our words why a facilitator would not settle. @param reason Its error code. */
export function toRefusal(reason: string, symbol: string): Refused {
  if (/insufficient_(funds|balance)/.test(reason)) {
    const detail = `The payer's address does not hold enough ${symbol}.`;
    return { outcome: "refused", code: "payment_insufficient", detail };
  }
  if (/allowance/.test(reason)) {
    const detail = `The payer has not allowed Permit2 to move ${symbol}: approve it once, then pay again.`;
    return { outcome: "refused", code: "verification_failed", detail };
  }
  if (/valid_before|deadline|expired/.test(reason)) {
    const detail = "The payer's signature has expired, or would before it could be settled.";
    return { outcome: "refused", code: "payment_expired", detail };
  }
  const detail = `The facilitator does not take this payment: ${reason}.`;
  return { outcome: "refused", code: "verification_failed", detail };
}
