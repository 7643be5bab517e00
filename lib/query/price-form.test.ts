import { formatPrice, parsePrice, type PriceJson } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describePriceForm, describePriceJson } from "./describe-price-form.ts";
import { formatUnitDollars, parseDollars, parseUnitDollars } from "./dollars.ts";
import { formatDuration, parseCount, parseDuration } from "./duration-form.ts";
import { formatTotal } from "./format.ts";
import { parsePriceForm } from "./parse-price-form.ts";
import { emptyPrice, formFromPrice, type PriceForm } from "./price-form.ts";
import { isPriceModel, priceModels, tokenPresets } from "./price-models.ts";

const money = (min: bigint) => fc.bigInt({ min, max: 10n ** 15n }).map(String);
const count = fc.integer({ min: 1, max: 1_000_000 });
const rate = money(1n);
const free = fc.option(
  count.map((freePerDay) => ({ freePerDay })),
  { nil: {} },
);

const price: fc.Arbitrary<PriceJson> = fc
  .oneof(
    fc.record({ model: fc.constant("per-request" as const), amount: money(0n) }),
    fc.record({ model: fc.constant("bundle" as const), amount: money(1n), uses: count, validSeconds: count }),
    fc.record({
      model: fc.constant("pass" as const),
      amount: money(1n),
      seconds: count,
      maxUses: fc.option(count),
    }),
    fc.record({
      model: fc.constant("metered" as const),
      rates: fc
        .record(
          { inputToken: rate, outputToken: rate, second: rate, byte: rate, unit: rate },
          { requiredKeys: [] },
        )
        .chain((rates) =>
          fc.integer({ min: 1, max: 1000 }).map((costPercent) => ({ ...rates, costPercent })),
        ),
      deposit: fc.constant("5000000"),
      validSeconds: count,
      minimum: fc.constantFrom("0", "7"),
      cap: fc.constantFrom(null, "9", "5000001"),
      clampOutput: fc.boolean(),
      onLeave: fc.constantFrom("cancel" as const, "drain" as const),
    }),
    fc.record({
      model: fc.constant("pay-what-you-want" as const),
      minimum: fc.constant("3"),
      suggested: money(3n),
    }),
    fc.record({
      model: fc.constant("computed" as const),
      expression: fc.constantFrom("0.01", 'body.model == "x" ? 1 : 2'),
      maximum: money(1n),
    }),
  )
  .chain((base) => free.map((quota) => ({ ...base, ...quota })));

function errorsOf(form: PriceForm, field = "price"): Readonly<Record<string, string>> {
  const parsed = parsePriceForm(form, field);
  return parsed.ok ? {} : parsed.errors;
}

describe("the price form", () => {
  it("takes each price back as it was", () => {
    fc.assert(
      fc.property(price, (json) => {
        const parsed = parsePrice(json, "price");
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
        const back = parsePriceForm(formFromPrice(formatPrice(parsed.price)), "price");
        expect(back).toEqual({ ok: true, price: formatPrice(parsed.price) });
      }),
    );
  });

  it("starts each model with something that can be sold", () => {
    for (const { model } of priceModels) {
      const form = { ...emptyPrice, model };
      expect(errorsOf(form), model).toEqual({});
      expect(describePriceForm(form), model).toMatch(/\$/);
    }
    expect(priceModels.every(({ model }) => isPriceModel(model))).toBe(true);
    expect(isPriceModel("toString")).toBe(false);
  });

  it("keeps what was typed for one model while another is looked at", () => {
    const typed = { ...emptyPrice, perRequest: { amount: "0.07" } };
    const away = { ...typed, model: "bundle" as const };
    expect(parsePriceForm({ ...away, model: "per-request" }, "price")).toEqual({
      ok: true,
      price: { model: "per-request", amount: "70000" },
    });
    // What is not chosen may be wrong.
    expect(errorsOf({ ...away, perRequest: { amount: "?" } })).toEqual({});
  });

  it.each<[Partial<PriceForm>, readonly string[]]>([
    [{ perRequest: { amount: "ten" } }, ["amount"]],
    [{ freePerDay: "1.5" }, ["freePerDay"]],
    [{ model: "bundle", bundle: { ...emptyPrice.bundle, amount: "0", uses: "0" } }, ["amount", "uses"]],
    [
      { model: "bundle", bundle: { ...emptyPrice.bundle, valid: { count: "-1", unit: "days" } } },
      ["validSeconds"],
    ],
    [{ model: "pass", pass: { ...emptyPrice.pass, lasts: { count: "4000", unit: "days" } } }, ["seconds"]],
    [{ model: "pay-what-you-want", payWhatYouWant: { minimum: "2", suggested: "1" } }, ["suggested"]],
    [{ model: "computed", computed: { expression: "body.", maximum: "1" } }, ["expression"]],
    [{ model: "computed", computed: { expression: "0.01", maximum: "" } }, ["maximum"]],
    [
      {
        model: "metered",
        metered: {
          ...emptyPrice.metered,
          rates: { ...emptyPrice.metered.rates, outputToken: "x", second: "-" },
        },
      },
      ["rates.outputToken", "rates.second"],
    ],
    [{ model: "metered", metered: { ...emptyPrice.metered, minimum: "9" } }, ["minimum"]],
  ])("names the members of %j that are wrong", (change, members) => {
    for (const field of ["price", "routes.2.price"])
      expect(Object.keys(errorsOf({ ...emptyPrice, ...change }, field)).toSorted()).toEqual(
        members.map((member) => `${field}.${member}`),
      );
  });

  it("refuses a metered price that counts nothing, at the rates", () => {
    const rates = Object.fromEntries(Object.keys(emptyPrice.metered.rates).map((name) => [name, ""]));
    const metered = { ...emptyPrice.metered, rates: { ...emptyPrice.metered.rates, ...rates } };
    expect(Object.keys(errorsOf({ ...emptyPrice, model: "metered", metered }))).toEqual(["price.rates"]);
  });

  it("fills in presets that are prices", () => {
    for (const { label: _label, ...rates } of tokenPresets) {
      const metered = { ...emptyPrice.metered, rates: { ...emptyPrice.metered.rates, ...rates } };
      expect(errorsOf({ ...emptyPrice, model: "metered", metered })).toEqual({});
    }
  });

  it("says what cannot be said of a model that it does not know", () => {
    const json: PriceJson = JSON.parse('{"model":"auction"}');
    expect(describePriceJson(json)).toMatch(/cannot read/);
  });
});

describe("amounts as typed", () => {
  it.each([
    ["0.01", "10000"],
    [" $0.0004 ", "400"],
    ["1,234.5", "1234500000"],
    ["0", "0"],
  ])("%s is %s µUSD", (text, expected) => {
    expect(parseDollars(text)).toBe(expected);
  });

  it.each(["", "-1", "1e3", "0,01", "1,23", "0.0000001", "01", "free", "1.", "∞"])("refuses %s", (text) => {
    expect(parseDollars(text)).toBeUndefined();
  });

  it("reads back what is shown", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
        expect(parseDollars(formatTotal(amount))).toBe(amount.toString());
        expect(parseUnitDollars(formatUnitDollars(String(amount)))).toBe(amount.toString());
      }),
    );
    expect(formatUnitDollars("400000")).toBe("0.0000004");
    expect(formatUnitDollars("1000000000000")).toBe("1.00");
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseDollars(text);
        parseUnitDollars(text);
        parseCount(text);
        parseDuration({ count: text, unit: "hours" });
      }),
    );
  });

  it("writes each length of time exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 315_360_000 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
      }),
    );
    expect(formatDuration(5400)).toEqual({ count: "90", unit: "minutes" });
    expect(formatDuration(86_400)).toEqual({ count: "1", unit: "days" });
  });
});
