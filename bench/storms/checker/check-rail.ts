import type { Charge, Histories, Violation } from "./histories.ts";

/** I1: one credential is charged at most once. */
export function checkOneCharge({ rail }: Histories): Violation[] {
  const found: Violation[] = [];
  for (const [paymentKey, charges] of chargesByKey(rail.charges)) {
    const made = charges.filter(({ amount }) => amount > 0n);
    if (made.length > 1)
      found.push({ rule: "I1", subject: paymentKey, detail: `charged ${made.length} times` });
  }
  return found;
}

/** I1, at a rail that would forget: nobody asks for a settlement again after the money moved. */
export function checkNotAskedAgain({ rail }: Histories): Violation[] {
  return rail.repeats.map(({ paymentKey, at }) => {
    const when = new Date(at).toISOString();
    const detail = `settlement asked for again at ${when}, after it had been charged`;
    return { rule: "I1", subject: paymentKey, detail };
  });
}

/** I1, the amount: what was charged is what the payer agreed to. */
export function checkAmounts({ payers, rail }: Histories): Violation[] {
  const charges = chargesByKey(rail.charges);
  return payers.flatMap(({ credential: { paymentKey, amount } }) => {
    const charge = charges.get(paymentKey)?.find((one) => one.amount > 0n);
    if (charge === undefined || charge.amount === amount) return [];
    const detail = `charged ${charge.amount} µUSD, agreed were ${amount}`;
    return [{ rule: "I1", subject: paymentKey, detail }];
  });
}

export function chargesByKey(charges: readonly Charge[]): Map<string, Charge[]> {
  const byKey = new Map<string, Charge[]>();
  for (const charge of charges) {
    const known = byKey.get(charge.paymentKey);
    if (known === undefined) byKey.set(charge.paymentKey, [charge]);
    else known.push(charge);
  }
  return byKey;
}
