import type { Prisma } from "../../../generated/prisma/client.ts";

/** A price rule as the history knows it; `rule` is `null` for the default price. */
export interface PricedRule {
  readonly rule: string | null;
  /** µUSD */
  readonly price: bigint;
  readonly version: number;
}

export interface PriceChange {
  readonly rule: string | null;
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly version: number;
}

/** `GET,POST /premium/*`; a rule for each method is `* /premium/*`. */
export function describeRule(methods: readonly string[], path: string): string {
  return `${methods.length === 0 ? "*" : methods.join(",")} ${path}`;
}

/** What differs between two sets of prices, in the order of the new set, removals last. */
export function comparePrices(
  before: readonly PricedRule[],
  after: readonly PricedRule[],
): readonly PriceChange[] {
  const old = new Map(before.map((entry) => [entry.rule, entry]));
  const kept = new Set(after.map((entry) => entry.rule));
  const changed = after.flatMap(({ rule, price, version }) => {
    const from = old.get(rule)?.price ?? null;
    return from === price ? [] : [{ rule, from, to: price, version }];
  });
  const removed = before.filter((entry) => !kept.has(entry.rule));
  return [
    ...changed,
    ...removed.map(({ rule, price, version }) => ({ rule, from: price, to: null, version })),
  ];
}

interface Recording {
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly byUserId: string | null;
  readonly newId: (prefix: string) => string;
}

/** Writes the changes, in the transaction that makes them. */
export async function recordPriceChanges(
  tx: Prisma.TransactionClient,
  changes: readonly PriceChange[],
  recording: Recording,
): Promise<void> {
  const { newId, ...row } = recording;
  if (changes.length === 0) return;
  await tx.priceVersion.createMany({
    data: changes.map((change) => ({ id: newId("pv_"), ...row, ...change })),
  });
}
