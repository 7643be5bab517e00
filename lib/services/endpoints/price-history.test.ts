import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planRoutes, toPricedRules } from "./plan-routes.ts";
import { comparePrices, describeRule, type PricedRule } from "./price-history.ts";

const rule = fc.record({
  rule: fc.constantFrom<string | null>(null, "* /a", "GET /b", "POST /c/*"),
  price: fc.bigInt({ min: 0n, max: 3n }),
  version: fc.constant(1),
});
const rules = fc.uniqueArray(rule, { selector: (entry) => entry.rule });

describe("price history", () => {
  it("leads from any set of prices to any other, and tells nothing that did not change", () => {
    fc.assert(
      fc.property(rules, rules, (before, after) => {
        const prices = new Map(before.map((entry) => [entry.rule, entry.price]));
        for (const change of comparePrices(before, after)) {
          expect(change.from).not.toBe(change.to);
          expect(prices.get(change.rule) ?? null).toBe(change.from);
          if (change.to === null) prices.delete(change.rule);
          else prices.set(change.rule, change.to);
        }
        expect(prices).toEqual(new Map(after.map((entry: PricedRule) => [entry.rule, entry.price])));
      }),
    );
  });

  it("names rules as the dashboard shows them", () => {
    expect(describeRule([], "/a")).toBe("* /a");
    expect(describeRule(["GET", "POST"], "/a/*")).toBe("GET,POST /a/*");
  });

  it("keeps a rule's id while it matches the same requests, and raises its version with its price", () => {
    const before = [{ id: "rt_1", methods: ["GET"], path: "/a", price: 1n, priceVersion: 3 }];
    const input = [
      { methods: null, path: "/a", price: 1n },
      { methods: ["GET"], path: "/a", price: 2n },
    ];
    const planned = planRoutes(before, input, () => "rt_new");
    expect(planned).toEqual([
      { id: "rt_new", methods: [], path: "/a", price: 1n, priceVersion: 1 },
      { id: "rt_1", methods: ["GET"], path: "/a", price: 2n, priceVersion: 4 },
    ]);
    expect(toPricedRules(planned).map((entry) => entry.version)).toEqual([1, 4]);
    expect(planRoutes(before, [{ methods: ["GET"], path: "/a", price: 1n }], () => "x")).toEqual(before);
  });
});
