import type { PayerRecord, Violation } from "./histories.ts";

/** One movement of a payer's money, as the chain has it. */
export interface ChainTransfer {
  /** `undefined`: nothing that anybody signed for explains it. */
  readonly paymentKey: string | undefined;
  readonly from: string;
  readonly to: string;
  /** Atomic, which is µUSD. */
  readonly amount: bigint;
  /** Unix milliseconds, of its block. */
  readonly at: number;
  readonly transaction: string;
}

export interface SettleRequest {
  readonly paymentKey: string;
  readonly facilitator: string;
}

export interface ChainRecord {
  readonly transfers: readonly ChainTransfer[];
  /** Requests to settle that facilitators took, by their own books. */
  readonly asked: readonly SettleRequest[];
  /** Whom a slug's creator wants paid. */
  readonly payToOf: (slug: string) => string;
}

/** What only a chain can tell, beside the invariants that hold for every rail. */
export function checkChain(payers: readonly PayerRecord[], chain: ChainRecord): readonly Violation[] {
  return [...checkPayees(payers, chain), ...checkOneFacilitator(payers, chain)];
}

/** Money went from payers to the creators of what they bought, and nowhere else. */
function checkPayees(payers: readonly PayerRecord[], { transfers, payToOf }: ChainRecord): Violation[] {
  const slugs = new Map(payers.map(({ credential }) => [credential.paymentKey, credential.slug]));
  return transfers.flatMap(({ paymentKey = "", to, amount, transaction }) => {
    const slug = slugs.get(paymentKey);
    if (slug === undefined)
      return [{ rule: "payee", subject: transaction, detail: `${amount} moved for nothing that was bought` }];
    const payTo = payToOf(slug);
    if (to.toLowerCase() === payTo.toLowerCase()) return [];
    return [{ rule: "payee", subject: paymentKey, detail: `paid ${to}, the creator is ${payTo}` }];
  });
}

/** Who may still be on the way with a payment is the only one who is asked for it again. After a refusal another may be. */
function checkOneFacilitator(payers: readonly PayerRecord[], { asked }: ChainRecord): Violation[] {
  const byKey = Map.groupBy(asked, ({ paymentKey }) => paymentKey);
  return payers.flatMap(({ credential: { paymentKey, refused } }) => {
    const facilitators = new Set(byKey.get(paymentKey)?.map(({ facilitator }) => facilitator));
    if (refused === true || facilitators.size < 2) return [];
    const detail = `${facilitators.size} facilitators were asked to settle it`;
    return [{ rule: "one-facilitator", subject: paymentKey, detail }];
  });
}
