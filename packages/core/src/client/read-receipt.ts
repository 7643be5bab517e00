import { parsePaymentReceipt } from "../wire/payment-receipt.ts";
import type { PaymentReceipt } from "../wire/payment-receipt.ts";
import { parseSettlementResponse } from "../wire/x402.ts";
import type { SettlementResponse } from "../wire/x402.ts";

/** What a paid answer says of its payment; the body is not touched. */
export interface AnswerReceipts {
  /** `Payment-Receipt`. */
  readonly receipt?: PaymentReceipt;
  /** `PAYMENT-RESPONSE` (x402). */
  readonly settlement?: SettlementResponse;
}

/** Reads the receipts in the head of a paid answer. */
export function readReceipts(response: Response): AnswerReceipts {
  const receipt = parsePaymentReceipt(response.headers.get("payment-receipt") ?? "");
  const settlement = parseSettlementResponse(response.headers.get("payment-response") ?? "");
  return { ...(receipt && { receipt }), ...(settlement && { settlement }) };
}
