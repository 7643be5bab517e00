import type { Price } from "@x402-paywall/core";
import type { Prisma } from "../../../generated/prisma/client.ts";
import { isSamePrice, toStoredPrice } from "./price-input.ts";

/** A price rule as the history knows it; both names are `null` for the default price. */
export interface PricedRule {
  readonly routeId: string | null;
  readonly rule: string | null;
  readonly price: Price;
  readonly version: number;
}

export interface PriceChange {
  readonly routeId: string | null;
  readonly rule: string | null;
  /** `null`: the rule was not there. */
  readonly from: Price | null;
  /** `null`: it was removed. */
  readonly to: Price | null;
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
  const old = new Map(before.map((entry) => [entry.routeId, entry]));
  const kept = new Set(after.map((entry) => entry.routeId));
  const changed = after.flatMap(({ routeId, rule, price, version }) => {
    const from = old.get(routeId)?.price ?? null;
    return from !== null && isSamePrice(from, price) ? [] : [{ routeId, rule, from, to: price, version }];
  });
  const removed = before.filter((entry) => !kept.has(entry.routeId));
  return [
    ...changed,
    ...removed.map(({ routeId, rule, price, version }) => ({
      routeId,
      rule,
      from: price,
      to: null,
      version,
    })),
  ];
}

interface Recording {
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly byUserId: string | null;
  readonly newId: (prefix: string) => string;
}

/** Writes one row for each change, in the transaction that makes them. */
export async function recordPriceChanges(
  tx: Prisma.TransactionClient,
  changes: readonly PriceChange[],
  recording: Recording,
): Promise<void> {
  const { newId, ...row } = recording;
  if (changes.length === 0) return;
  await tx.priceVersion.createMany({
    data: changes.map(({ from, to, ...change }) => ({
      id: newId("pv_"),
      ...row,
      ...change,
      ...(from === null ? {} : { fromPricing: toStoredPrice(from) }),
      ...(to === null ? {} : { toPricing: toStoredPrice(to) }),
    })),
  });
}
