import type { Price } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planRoutes, readRoutes, toPricedRules } from "./plan-routes.ts";
import { comparePrices, describeRule, type PricedRule } from "./price-history.ts";

const flat = (amount: bigint): Price => ({ model: "per-request", amount });
const pass: Price = { model: "pass", amount: 1n, seconds: 60, maxUses: null };

const rule = fc.record({
  routeId: fc.constantFrom<string | null>(null, "rt_a", "rt_b", "rt_c"),
  rule: fc.constant("* /a"),
  price: fc.oneof(fc.bigInt({ min: 0n, max: 3n }).map(flat), fc.constant(pass)),
  version: fc.constant(1),
});
const rules = fc.uniqueArray(rule, { selector: (entry) => entry.routeId });

describe("price history", () => {
  it("leads from any set of prices to any other, and tells nothing that did not change", () => {
    fc.assert(
      fc.property(rules, rules, (before, after) => {
        const prices = new Map(before.map((entry) => [entry.routeId, entry.price]));
        for (const change of comparePrices(before, after)) {
          expect(change.from).not.toEqual(change.to);
          expect(prices.get(change.routeId) ?? null).toBe(change.from);
          if (change.to === null) prices.delete(change.routeId);
          else prices.set(change.routeId, change.to);
        }
        expect(prices).toEqual(new Map(after.map((entry: PricedRule) => [entry.routeId, entry.price])));
      }),
    );
  });

  it("names rules as the dashboard shows them", () => {
    expect(describeRule([], "/a")).toBe("* /a");
    expect(describeRule(["GET", "POST"], "/a/*")).toBe("GET,POST /a/*");
  });

  it("keeps a rule's id while it matches the same requests, and raises its version with its price", () => {
    const before = [{ id: "rt_1", methods: ["GET"], path: "/a", price: flat(1n), priceVersion: 3 }];
    const input = [
      { methods: null, path: "/a", price: flat(1n) },
      { methods: ["GET"], path: "/a", price: pass },
    ];
    const planned = planRoutes(before, input, () => "rt_new");
    expect(planned).toEqual([
      { id: "rt_new", methods: [], path: "/a", price: flat(1n), priceVersion: 1 },
      { id: "rt_1", methods: ["GET"], path: "/a", price: pass, priceVersion: 4 },
    ]);
    expect(toPricedRules(planned).map((entry) => entry.version)).toEqual([1, 4]);
    expect(planRoutes(before, [{ methods: ["GET"], path: "/a", price: flat(1n) }], () => "x")).toEqual(
      before,
    );
  });

  it("knows a rule whatever order its methods are written in, and is not told by the order of members", () => {
    const stored = { maxUses: null, seconds: 60, amount: "1", model: "pass" };
    const before = readRoutes([
      { id: "rt_1", methods: ["GET", "POST"], path: "/a", pricing: stored, priceVersion: 2 },
    ]);
    const planned = planRoutes(before, [{ methods: ["POST", "GET"], path: "/a", price: pass }], () => "x");
    expect(planned).toEqual([
      { id: "rt_1", methods: ["POST", "GET"], path: "/a", price: pass, priceVersion: 2 },
    ]);
    expect(comparePrices(toPricedRules(before), toPricedRules(planned))).toEqual([]);
  });
});
