import { describe, expect, it } from "vitest";
import { utf8 } from "../bytes.ts";
import type { ComputedPrice, MeteredPrice, Price } from "../price.ts";
import { readBodyFact } from "./request-facts.ts";
import { chooseAmount, needsBody, priceRequest } from "./request-price.ts";

const facts = (text: string) => ({
  method: "POST",
  path: "/v1/images",
  query: "",
  body: readBodyFact(utf8(text)),
});
const computed: ComputedPrice = {
  model: "computed",
  expression: 'body.model == "large" ? 0.05 : body.n * 0.01',
  maximum: 100_000n,
};
const metered: MeteredPrice = {
  model: "metered",
  rates: { outputToken: 2_000_000n },
  deposit: 500_000n,
  validSeconds: 86_400,
  minimum: 0n,
  cap: 50_000n,
  clampOutput: true,
  onLeave: "cancel",
};

describe("priceRequest", () => {
  it.each<[Price, bigint]>([
    [{ model: "per-request", amount: 10_000n }, 10_000n],
    [{ model: "bundle", amount: 1_000_000n, uses: 10, validSeconds: 60 }, 1_000_000n],
    [{ model: "pass", amount: 2_000_000n, seconds: 60, maxUses: null }, 2_000_000n],
    [metered, 500_000n],
    [{ model: "pay-what-you-want", minimum: 100n, suggested: 1000n }, 100n],
  ])("of %o is the same for each request", (price, amount) => {
    expect(priceRequest(price, facts('{"model":"large"}'))).toEqual({ amount });
  });
  it.each([
    ['{"model":"large"}', 50_000n, '{"body.model":"large","body.n":["missing"]}'],
    ['{"model":"small","n":3}', 30_000n, '{"body.model":"small","body.n":3}'],
    ['{"model":"small","n":0}', 0n, '{"body.model":"small","body.n":0}'],
    ['{"model":"small","n":10}', 100_000n, '{"body.model":"small","body.n":10}'],
    ['{"model":"small","n":11}', 100_000n, '{"body.model":"small","body.n":11}'],
  ])("computed of %s is %d, never above the maximum", (text, amount, basis) => {
    expect(priceRequest(computed, facts(text))).toEqual({ amount, basis });
  });
  it.each([
    ["{}", "`body.model` is missing"],
    ['{"model":"small","n":-1}', "the price is negative"],
    ['{"model":"small","n":"1"}', "`body.n` is not a number"],
    ['{"model":"small","n":1,"N":0}', "`body.n` is there twice"],
    ["model", "`body.model` cannot be read"],
  ])("computed of %s is the maximum: %s", (text, failedClosed) => {
    expect(priceRequest(computed, facts(text))).toEqual({ amount: 100_000n, basis: "!", failedClosed });
  });
  it("is the maximum where the expression is none", () => {
    const broken = { ...computed, expression: "body.model ==" };
    expect(priceRequest(broken, facts("{}"))).toMatchObject({ amount: 100_000n, basis: "!" });
    expect(needsBody(broken)).toBe(false);
  });
});

describe("needsBody", () => {
  it("is true for a computed price that names the body", () => {
    expect(needsBody(computed)).toBe(true);
    expect(needsBody({ ...computed, expression: 'method == "GET" ? 1 : 2' })).toBe(false);
    expect(needsBody(metered)).toBe(false);
  });
});

describe("chooseAmount", () => {
  const free: Price = { model: "pay-what-you-want", minimum: 100n, suggested: 1000n };
  it("is what was asked for, from the minimum on", () => {
    const asked = [undefined, 99n, 100n, 101n, 10n ** 15n, 10n ** 15n + 1n];
    expect(asked.map((amount) => chooseAmount(free, amount))).toEqual([
      100n,
      undefined,
      100n,
      101n,
      10n ** 15n,
      undefined,
    ]);
  });
  it("is at least the deposit of a metered price", () => {
    expect([undefined, 499_999n, 600_000n].map((amount) => chooseAmount(metered, amount))).toEqual([
      500_000n,
      undefined,
      600_000n,
    ]);
  });
});
