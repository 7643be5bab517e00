import fc from "fast-check";
import { expect, it } from "vitest";
import { PaywallConfigError } from "./config-error.ts";
import { bundle, computed, metered, type MeteredInput, pass, payWhatYouWant } from "./price-builders.ts";
import { toPrice } from "./price-input.ts";
import type { Usd } from "./usd.ts";

it("counts tokens by the million, seconds and units one by one, bytes by the megabyte", () => {
  const price = metered({
    inputTokens: "$0.50",
    cachedInputTokens: "$0.05",
    outputTokens: "$2",
    second: "$0.001",
    megabyte: "$0.10",
    unit: "$0.02",
    deposit: "$1",
  });
  // µUSD for 1,000,000 of each.
  expect(price.rates).toEqual({
    inputToken: 500_000n,
    cachedInputToken: 50_000n,
    outputToken: 2_000_000n,
    second: 1_000_000_000n,
    byte: 100_000n,
    unit: 20_000_000_000n,
  });
});

it("has defaults that a payer would expect", () => {
  expect(metered({ unit: "$1", deposit: "$5" })).toEqual({
    model: "metered",
    rates: { unit: 1_000_000_000_000n },
    deposit: 5_000_000n,
    validSeconds: 365 * 86_400,
    minimum: 0n,
    cap: null,
    clampOutput: false,
    onLeave: "cancel",
  });
  expect(bundle("$1", { uses: 100 })).toMatchObject({ uses: 100, validSeconds: 365 * 86_400 });
  expect(pass("$5", { hours: 0.5 })).toMatchObject({ seconds: 1_800, maxUses: null });
  expect(payWhatYouWant({ minimum: "$1" })).toMatchObject({ minimum: 1_000_000n, suggested: 1_000_000n });
  expect(computed("0.05", { maximum: "$0.05" })).toMatchObject({ expression: "0.05", maximum: 50_000n });
});

it.each<[string, () => unknown, string]>([
  ["no deposit", () => metered({ unit: "$1" } as Partial<MeteredInput> as MeteredInput), "metered.deposit"],
  ["a deposit of nothing", () => metered({ unit: "$1", deposit: "$0" }), "metered.deposit"],
  ["no rate", () => metered({ deposit: "$1" }), "metered"],
  ["rates of nothing", () => metered({ unit: "$0", second: "$0", deposit: "$1" }), "metered"],
  [
    "a rate that is misspelled",
    () => metered({ unit: "$1", deposit: "$1", tokens: "$1" } as MeteredInput),
    "metered.tokens",
  ],
  ["a rate without currency", () => metered({ unit: "1" as Usd, deposit: "$1" }), "metered.unit"],
  ["a negative rate", () => metered({ unit: "$-1", deposit: "$1" }), "metered.unit"],
  [
    "a minimum above the deposit",
    () => metered({ unit: "$1", deposit: "$1", minimum: "$2" }),
    "metered.minimum",
  ],
  [
    "a minimum above the cap",
    () => metered({ unit: "$1", deposit: "$5", cap: "$1", minimum: "$2" }),
    "metered.minimum",
  ],
  ["no days", () => metered({ unit: "$1", deposit: "$1", days: 0 }), "metered.days"],
  ["a free bundle", () => bundle("$0", { uses: 5 }), "bundle"],
  ["no uses", () => bundle("$1", { uses: 0 }), "bundle.uses"],
  ["parts of a use", () => bundle("$1", { uses: 1.5 }), "bundle.uses"],
  ["a bundle of no days", () => bundle("$1", { uses: 1, days: -1 }), "bundle.days"],
  ["a free pass", () => pass("$0", { hours: 1 }), "pass"],
  ["a pass of no time", () => pass("$1", { hours: 0 }), "pass.hours"],
  ["a pass of no number", () => pass("$1", { hours: Number.NaN }), "pass.hours"],
  ["a pass for nothing", () => pass("$1", { hours: 1, maxUses: 0 }), "pass.maxUses"],
  ["a maximum of nothing", () => computed("1", { maximum: "$0" }), "computed.maximum"],
  ["a minimum of nothing", () => payWhatYouWant({ minimum: "$0" }), "payWhatYouWant.minimum"],
  [
    "less suggested than the minimum",
    () => payWhatYouWant({ minimum: "$2", suggested: "$1" }),
    "payWhatYouWant.suggested",
  ],
])("refuses %s where it is written", (_, build, field) => {
  expect(build).toThrow(PaywallConfigError);
  expect(build).toThrow(expect.objectContaining({ field }));
});

const usd = fc.bigInt(1n, 10n ** 9n).map((amount): Usd => `$${Number(amount) / 1e6}`);
const cheap = usd.filter((text) => /^\$\d+(\.\d{1,6})?$/.test(text));

it("builds what the one strict reader of prices takes", () => {
  const built = fc.oneof(
    fc
      .record({ unit: cheap, outputTokens: cheap, deposit: cheap, days: fc.integer({ min: 1, max: 3_650 }) })
      .map((input) => metered(input)),
    fc.tuple(cheap, fc.integer({ min: 1, max: 1e9 })).map(([price, uses]) => bundle(price, { uses })),
    fc.tuple(cheap, fc.integer({ min: 1, max: 87_600 })).map(([price, hours]) => pass(price, { hours })),
    cheap.map((minimum) => payWhatYouWant({ minimum })),
  );
  fc.assert(
    fc.property(built, (price) => {
      expect(toPrice(price, "price")).toEqual(price);
    }),
  );
});
