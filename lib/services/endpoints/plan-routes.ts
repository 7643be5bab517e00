import { describeRule, type PricedRule } from "./price-history.ts";

export interface StoredRoute {
  readonly id: string;
  readonly methods: readonly string[];
  readonly path: string;
  readonly price: bigint;
  readonly priceVersion: number;
}

export interface RouteInput {
  readonly methods: readonly string[] | null;
  readonly path: string;
  readonly price: bigint;
}

/**
 * The rows for the rules that were sent. A rule that matches the same requests as before keeps its id, so that quotes
 * which name it stay readable; its version rises with its price.
 */
export function planRoutes(
  before: readonly StoredRoute[],
  input: readonly RouteInput[],
  newId: (prefix: string) => string,
): StoredRoute[] {
  const known = new Map(before.map((route) => [describeRule(route.methods, route.path), route]));
  return input.map(({ methods, path, price }) => {
    const stored = known.get(describeRule(methods ?? [], path));
    if (stored === undefined)
      return { id: newId("rt_"), methods: methods ?? [], path, price, priceVersion: 1 };
    return {
      ...stored,
      price,
      priceVersion: stored.price === price ? stored.priceVersion : stored.priceVersion + 1,
    };
  });
}

/** The routes as the price history knows them. */
export function toPricedRules(routes: readonly StoredRoute[]): readonly PricedRule[] {
  return routes.map(({ methods, path, price, priceVersion }) => ({
    rule: describeRule(methods, path),
    price,
    version: priceVersion,
  }));
}
