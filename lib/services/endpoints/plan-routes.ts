import type { Price } from "@x402-paywall/core";
import { describeRule, type PricedRule } from "./price-history.ts";
import { isSamePrice, readStoredPrice } from "./price-input.ts";

/** A rule as the services know it. */
export interface PlannedRoute {
  readonly id: string;
  /** Empty: each. */
  readonly methods: readonly string[];
  readonly path: string;
  readonly price: Price;
  readonly priceVersion: number;
}

export interface RouteInput {
  readonly methods: readonly string[] | null;
  readonly path: string;
  readonly price: Price;
}

/**
 * The rows for the rules that were sent. A rule that matches the same requests as before keeps its id, because quotes name
 * it and what was bought is good for it; its version rises with its price.
 */
export function planRoutes(
  before: readonly PlannedRoute[],
  input: readonly RouteInput[],
  newId: (prefix: string) => string,
): PlannedRoute[] {
  const known = new Map(before.map((route) => [matchedBy(route.methods, route.path), route]));
  return input.map(({ methods, path, price }) => {
    const stored = known.get(matchedBy(methods ?? [], path));
    if (stored === undefined)
      return { id: newId("rt_"), methods: methods ?? [], path, price, priceVersion: 1 };
    const priceVersion = stored.priceVersion + (isSamePrice(stored.price, price) ? 0 : 1);
    return { id: stored.id, methods: methods ?? [], path, price, priceVersion };
  });
}

/** Rows of the table as rules. */
export function readRoutes(
  rows: readonly (Omit<PlannedRoute, "price"> & { readonly pricing: unknown })[],
): PlannedRoute[] {
  return rows.map(({ pricing, ...row }) => ({ ...row, price: readStoredPrice(pricing) }));
}

/** The routes as the price history knows them. */
export function toPricedRules(routes: readonly PlannedRoute[]): readonly PricedRule[] {
  return routes.map(({ id, methods, path, price, priceVersion }) => ({
    routeId: id,
    rule: describeRule(methods, path),
    price,
    version: priceVersion,
  }));
}

/** The same for the same requests, in whatever order the methods are written. */
function matchedBy(methods: readonly string[], path: string): string {
  return describeRule(methods.toSorted(), path);
}
