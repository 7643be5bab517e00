import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prices } from "../../test-support/random-price.ts";
import { termsOf, formatTerms, parseTerms } from "../terms.ts";
import { formatPrice, parsePrice } from "./price-json.ts";

const metered = {
  model: "metered",
  rates: { inputToken: "500000", outputToken: "2000000", costPercent: 120 },
  deposit: "5000000",
  validSeconds: 2_592_000,
  minimum: "100",
  cap: "50000",
  clampOutput: false,
  onLeave: "drain",
};
const valid: Record<string, Record<string, unknown>> = {
  flat: { model: "per-request", amount: "0" },
  computed: { model: "computed", expression: 'body.model == "large" ? 0.05 : 0.01', maximum: "50000" },
  bundle: { model: "bundle", amount: "1000000", uses: 10, validSeconds: 60 },
  pass: { model: "pass", amount: "1000000", seconds: 60, maxUses: 5 },
  metered,
  free: { model: "pay-what-you-want", minimum: "100", suggested: "100", freePerDay: 3 },
};

function problems(json: unknown): string {
  const result = parsePrice(json, "price");
  return result.ok ? "" : result.errors.map(({ field, message }) => `${field}: ${message}`).join("\n");
}

describe("parsePrice", () => {
  it.each(Object.entries(valid))("reads %s", (_name, json) => {
    const result = parsePrice(json, "price");
    expect(result).toMatchObject({ ok: true });
    if (result.ok) expect(formatPrice(result.price)).toEqual(json);
  });
  it("is the inverse of formatPrice, through JSON text", () => {
    fc.assert(
      fc.property(prices(), (price) => {
        const text = JSON.stringify(formatPrice(price));
        const result = parsePrice(JSON.parse(text), "price");
        expect(result).toEqual({ ok: true, price });
        if (result.ok) expect(JSON.stringify(formatPrice(result.price))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
  it("leaves out what is no member of a price", () => {
    const stored = { model: "per-request", amount: 1n, version: 3 } as const;
    expect(formatPrice(stored)).toEqual({ model: "per-request", amount: "1" });
  });
  it("fills in what may be left out", () => {
    const { rates, deposit, validSeconds } = metered;
    expect(parsePrice({ model: "metered", rates, deposit, validSeconds }, "price")).toMatchObject({
      ok: true,
      price: { minimum: 0n, cap: null, clampOutput: true, onLeave: "cancel" },
    });
    const { maxUses: _, ...pass } = valid.pass ?? {};
    expect(parsePrice({ ...pass, freePerDay: null }, "price")).toEqual({
      ok: true,
      price: { model: "pass", amount: 1_000_000n, seconds: 60, maxUses: null },
    });
  });
  it.each([
    ["flat", { amount: 5 }, "price.amount: Write µUSD as a decimal string"],
    ["flat", { amount: "-1" }, "price.amount: Write µUSD"],
    ["flat", { amount: "01" }, "price.amount: Write µUSD"],
    ["flat", { amount: "1.5" }, "price.amount: Write µUSD"],
    ["flat", { amount: undefined }, "price.amount: Write µUSD"],
    [
      "flat",
      { amount: "1000000000000001" },
      'price.amount: Write an amount between "0" and "1000000000000000"',
    ],
    ["flat", { amount: "9".repeat(1000) }, "price.amount: Write µUSD"],
    ["flat", { amont: "1" }, "price.amont: Remove this member; known here are model, amount, freePerDay."],
    ["flat", JSON.parse('{"__proto__":1}'), "price.__proto__: Remove this member"],
    ["flat", { uses: 5 }, "price.uses: Remove this member"],
    ["flat", { freePerDay: 0 }, "price.freePerDay: Write a whole number from 1 to 1000000."],
    ["flat", { freePerDay: 1_000_001 }, "price.freePerDay: Write a whole number"],
    ["flat", { model: "gift" }, 'price.model: Write one of "per-request", "computed"'],
    ["flat", { model: undefined }, "price.model: Write one of"],
    ["bundle", { amount: "0" }, 'price.amount: Write an amount between "1"'],
    ["bundle", { uses: 0 }, "price.uses: Write a whole number from 1 to 1000000000."],
    ["bundle", { uses: 1.5 }, "price.uses: Write a whole number"],
    ["bundle", { uses: "5" }, "price.uses: Write a whole number"],
    ["bundle", { validSeconds: 315_360_001 }, "price.validSeconds: Write a whole number"],
    ["pass", { seconds: Number.NaN }, "price.seconds: Write a whole number"],
    ["pass", { maxUses: 0 }, "price.maxUses: Write a whole number"],
    ["computed", { maximum: "0" }, "price.maximum: Write an amount"],
    ["computed", { expression: "bdy.x" }, "price.expression: Not an expression: unknown name `bdy` at 1"],
    ["computed", { expression: 5 }, "price.expression: Write a text."],
    ["metered", { rates: {} }, "price.rates: Give at least one rate above 0"],
    ["metered", { rates: { unit: "0" } }, "price.rates: Give at least one rate above 0"],
    ["metered", { rates: [] }, "price.rates: Send an object"],
    ["metered", { rates: { outputToken: 2 } }, "price.rates.outputToken: Write µUSD"],
    ["metered", { rates: { outputToken: null } }, "price.rates.outputToken: Write µUSD"],
    ["metered", { rates: { token: "2" } }, "price.rates.token: Remove this member"],
    [
      "metered",
      { rates: { costPercent: 1001 } },
      "price.rates.costPercent: Write a whole number from 1 to 1000.",
    ],
    ["metered", { deposit: "0" }, "price.deposit: Write an amount"],
    ["metered", { minimum: "50001" }, "price.minimum: Charge at most"],
    ["metered", { cap: null, minimum: "5000001" }, "price.minimum: Charge at most"],
    ["metered", { cap: "0" }, "price.cap: Write an amount"],
    ["metered", { cap: "5000000001" }, "price.cap: Lower the cap"],
    ["metered", { clampOutput: 1 }, "price.clampOutput: Write true or false."],
    ["metered", { onLeave: "stay" }, 'price.onLeave: Write one of "cancel", "drain".'],
    ["free", { suggested: "99" }, "price.suggested: Suggest at least the minimum."],
    ["free", { minimum: "0" }, "price.minimum: Write an amount"],
  ])("%s with %o: %s", (name, change, message) => {
    expect(problems({ ...valid[name], ...change })).toContain(message);
  });
  it("says all that is wrong at once, each thing once", () => {
    const lines = problems({ ...metered, deposit: "x", rates: { unit: 1, foo: 2 }, bar: 3 }).split("\n");
    expect(lines.map((line) => line.split(":")[0])).toEqual([
      "price.deposit",
      "price.rates.unit",
      "price.rates.foo",
      "price.bar",
    ]);
  });
  it("never throws on garbage", () => {
    const change = fc.tuple(fc.constantFrom(...Object.keys(valid)), fc.object());
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          change.map(([name, more]) => ({ ...valid[name], ...more })),
        ),
        (json) => {
          const result = parsePrice(json, "price");
          if (!result.ok) expect(result.errors.length).toBeGreaterThan(0);
        },
      ),
    );
    for (const json of [null, undefined, "10000", 5, [], true])
      expect(problems(json)).toContain("price: Send an object");
  });
  it("makes prices whose terms fit into a quote", () => {
    fc.assert(
      fc.property(prices(), (price) => {
        expect(parseTerms(formatTerms(termsOf(price)))).toEqual(termsOf(price));
      }),
    );
  });
});
