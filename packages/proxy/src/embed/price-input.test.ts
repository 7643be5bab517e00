import { expect, it } from "vitest";
import { PaywallConfigError } from "./config-error.ts";
import { bundle, metered, pass, payWhatYouWant } from "./price-builders.ts";
import { checkPrice, toPrice } from "./price-input.ts";

it("takes dollars, and each model as its builder made it", () => {
  expect(toPrice("$0.01", "price")).toEqual({ model: "per-request", amount: 10_000n });
  expect(toPrice("$0", "price")).toEqual({ model: "per-request", amount: 0n });
  for (const price of [
    bundle("$1", { uses: 100 }),
    pass("$5", { hours: 24 }),
    metered({ outputTokens: "$2", deposit: "$1" }),
    payWhatYouWant({ minimum: "$1" }),
  ])
    expect(toPrice(price, "price")).toEqual(price);
});

it.each([
  [undefined, "x", "x: A route without a price would be given away by accident."],
  [null, "x", "x: A route without a price would be given away by accident."],
  [{ model: "gift" }, "x", "x: Not a price."],
  [{ model: "toString" }, "x", "x: Not a price."],
  [{ model: "metered" }, "x", "x: Not a price model."],
  [{ model: "bundle", amount: 1n, uses: 0, validSeconds: 1 }, "x", "x.uses: Not a price."],
  [{ model: "pass", amount: 1n, seconds: -5, maxUses: null }, "x", "x.seconds: Not a price."],
  [{ ...metered({ unit: "$1", deposit: "$1" }), onLeave: "stay" }, "x", "x.onLeave: Not a price."],
])("refuses no. %#", (input, field, message) => {
  expect(() => toPrice(input, field)).toThrow(PaywallConfigError);
  expect(() => toPrice(input, field)).toThrow(message);
});

it("asks a function later", () => {
  expect(() => checkPrice(() => "1 EUR")).not.toThrow();
  expect(() => checkPrice("1 EUR")).toThrow(/^price: /);
});
