import { chargesByKey } from "./check-rail.ts";
import type { Answer, Histories, PayerRecord, Violation } from "./histories.ts";

/** An answer that went out so shortly before its process was killed may not have been written down as delivered. */
const UNRECORDED_MS = 2_000;

/** I3: nothing is served that was not charged, and each answer names the receipt of its own payment. */
export function checkServedIsPaid({ payers, rail, books }: Histories): Violation[] {
  const charges = chargesByKey(rail.charges);
  const receipts = new Map(books.receipts.map((receipt) => [receipt.id, receipt]));
  return payers.flatMap(({ credential: { paymentKey }, answers }) =>
    answers.filter(isServed).flatMap((answer) => {
      const fault =
        answer.elsewhere !== undefined
          ? `served ${answer.elsewhere} for a payment of something else`
          : charges.get(paymentKey) === undefined
            ? "served without a charge"
            : answer.receiptId === undefined
              ? "served without naming a receipt"
              : receipts.get(answer.receiptId)?.paymentKey !== paymentKey
                ? `served with receipt ${answer.receiptId}, which is not of this payment`
                : undefined;
      return fault === undefined ? [] : [{ rule: "I3", subject: paymentKey, detail: fault }];
    }),
  );
}

/** I4: one payment is delivered whole once; again only after the death of the process that could not note it down. */
export function checkDeliveredOnce(histories: Histories): Violation[] {
  return histories.payers.flatMap((payer) => {
    const again = deliveries(payer).slice(1);
    const bad = again.filter(({ previous }) => !isExcused(previous, histories));
    if (bad.length === 0) return [];
    const detail = `delivered ${again.length + 1} times, ${bad.length} of them without a crash in between`;
    return [{ rule: "I4", subject: payer.credential.paymentKey, detail }];
  });
}

/** Whole deliveries beyond the first that a crash explains. */
export function countRedelivered(histories: Histories): number {
  return histories.payers.reduce((sum, payer) => sum + Math.max(0, deliveries(payer).length - 1), 0);
}

/** Each whole delivery, with the one before it. */
function deliveries({ answers }: PayerRecord): { readonly previous: Answer | undefined }[] {
  const whole = answers
    .filter((answer) => isServed(answer) && answer.complete)
    .toSorted((a, b) => a.endedAt - b.endedAt);
  return whole.map((_, index) => ({ previous: whole[index - 1] }));
}

function isExcused(previous: Answer | undefined, { deaths }: Histories): boolean {
  return deaths.some(
    ({ gateway, at }) =>
      previous !== undefined &&
      gateway === previous.gateway &&
      at >= previous.startedAt &&
      at <= previous.endedAt + UNRECORDED_MS,
  );
}

/** The rightful presentation of a good payment is never asked to pay anew: a payer who obeys would pay twice. */
export function checkNoFreshChallenge({ payers, rail }: Histories): Violation[] {
  const charges = chargesByKey(rail.charges);
  return payers.flatMap(({ credential, answers }) => {
    if (credential.refused === true && !charges.has(credential.paymentKey)) return [];
    const challenged = answers.filter(({ status, elsewhere }) => status === 402 && elsewhere === undefined);
    const [first] = challenged;
    if (first === undefined) return [];
    const detail = `answered 402 ${first.code ?? ""} (${challenged.length} of ${answers.length} times)`;
    return [{ rule: "no-402", subject: credential.paymentKey, detail }];
  });
}

/** I7: no byte of one endpoint reaches a payer of another. */
export function checkTenants({ payers }: Histories): Violation[] {
  return payers.flatMap(({ credential, answers }) =>
    answers.flatMap(({ origin, elsewhere }) => {
      if (origin === undefined || origin === credential.slug || elsewhere !== undefined) return [];
      const detail = `paid ${credential.slug}, was given bytes of ${origin}`;
      return [{ rule: "I7", subject: credential.paymentKey, detail }];
    }),
  );
}

function isServed({ status, bytes }: Answer): boolean {
  return status >= 200 && status < 300 && bytes > 0;
}
