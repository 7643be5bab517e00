import { chargesByKey } from "./check-rail.ts";
import type { Histories, PayerRecord, Violation } from "./histories.ts";

/** I5: whoever was charged ends served, credited or refunded. */
export function checkEndings(histories: Histories): Violation[] {
  const charges = chargesByKey(histories.rail.charges);
  return histories.payers.flatMap((payer) => {
    const { paymentKey } = payer.credential;
    if (!charges.has(paymentKey) || hasGoodEnding(payer, histories)) return [];
    const state = histories.books.payments.get(paymentKey)?.state ?? "no row";
    const last = payer.answers.at(-1);
    const detail = `charged, ${payer.ending}, row says ${state}, last answer ${last?.status} ${last?.code ?? ""}`;
    return [{ rule: "I5", subject: paymentKey, detail }];
  });
}

function hasGoodEnding({ ending, credential }: PayerRecord, { books }: Histories): boolean {
  const row = books.payments.get(credential.paymentKey);
  return ending === "served" || row?.credited === true || (row?.refunded ?? 0n) >= credential.amount;
}

/** Payers who neither got anything nor were charged: the storm must not count as survived without them. */
export function checkNobodyStuck({ payers }: Histories): Violation[] {
  return payers
    .filter(({ ending, credential }) => ending !== (credential.refused === true ? "refused" : "served"))
    .map(({ credential, ending, answers }) => {
      const last = answers.at(-1);
      const detail = `${ending} after ${answers.length} answers, the last ${last?.status} ${last?.code ?? ""}`;
      return { rule: "served", subject: credential.paymentKey, detail };
    });
}

/** I6: dashboard, ledger and receipts say the same, and the rail agrees to the unit. */
export function checkRevenue({ books, rail }: Histories): Violation[] {
  const receipts = books.receipts.reduce((sum, { amount }) => sum + amount, 0n) - books.refunds;
  const moved = rail.charges.reduce((sum, { amount }) => sum + amount, 0n);
  const claims: readonly [what: string, value: bigint][] = [
    ["the dashboard's revenue", books.dashboardRevenue],
    ["the ledger's revenue", books.ledgerRevenue],
    ["what the rail moved", moved],
  ];
  const wrong = claims
    .filter(([, value]) => value !== receipts)
    .map(([what, value]) => ({
      rule: "I6",
      subject: what,
      detail: `${value} µUSD, receipts less refunds are ${receipts}`,
    }));
  const unbalanced = books.unbalanced.map((id) => ({
    rule: "I6",
    subject: id,
    detail: "the ledger's rows of this transaction do not add up to zero",
  }));
  return [...wrong, ...unbalanced];
}

/** Where nothing failed on the way, each payment is one run of the upstream. */
export function checkOneRun({ payers, upstream }: Histories): Violation[] {
  return payers.flatMap(({ credential: { paymentKey } }) => {
    const runs = upstream.get(paymentKey)?.started ?? 0;
    if (runs <= 1) return [];
    return [{ rule: "one-run", subject: paymentKey, detail: `the upstream ran ${runs} times` }];
  });
}
