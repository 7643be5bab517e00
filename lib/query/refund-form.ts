import type { PaymentDetailDto } from "./dto.ts";
import { parseDollars } from "./dollars.ts";
import { formatAmount } from "./format.ts";

/** What the dialog holds: `all` ignores the typed amount. */
export interface RefundForm {
  readonly all: boolean;
  /** Dollars as typed. */
  readonly amount: string;
  readonly reason: string;
}

export type RefundCheck =
  | { readonly ok: true; readonly amount: string }
  | { readonly ok: false; readonly error: string };

/** The amount that the form asks for, µUSD. @param refundable what can be given back, µUSD */
export function checkRefund({ all, amount }: RefundForm, refundable: string): RefundCheck {
  if (all) return { ok: true, amount: refundable };
  const parsed = parseDollars(amount);
  if (parsed === undefined || parsed === "0")
    return { ok: false, error: "Write an amount in dollars, such as 0.01." };
  return BigInt(parsed) > BigInt(refundable)
    ? { ok: false, error: `At most ${formatAmount(refundable)} can be given back.` }
    : { ok: true, amount: parsed };
}

/** One for each intention: sent again with it, a refund is the same one. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** What a refund does beside moving money, in a sentence for whoever is about to make it. */
export function describeConsequence(
  payment: Pick<PaymentDetailDto, "state" | "entitlement" | "refundable" | "charged" | "refunded">,
  amount: string,
): string {
  const isFull = BigInt(amount) + BigInt(payment.refunded) === BigInt(payment.charged ?? "0");
  switch (payment.entitlement?.kind) {
    case "balance":
      return "The balance that it bought is lowered by the same amount at once, so that it cannot be spent meanwhile.";
    case "uses":
    case "pass":
      return isFull
        ? "The access that it bought ends."
        : "The access that it bought stays: only a refund of all of it ends that.";
    case undefined:
      return isFull && payment.state === "settled"
        ? "It was not served yet, and will not be: the payer's proof stops working."
        : "What was delivered stays with the payer.";
  }
}
