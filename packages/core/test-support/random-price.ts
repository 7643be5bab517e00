import * as fc from "fast-check";
import type { MeteredPrice, Price, Rates } from "../src/price.ts";

const amount = (min: bigint, max = 10n ** 15n) => fc.bigInt({ min, max });
const rate = () => amount(0n);

/** Rates of which at least one charges something. */
export function rates(): fc.Arbitrary<Rates> {
  return fc
    .record(
      {
        inputToken: rate(),
        cachedInputToken: rate(),
        outputToken: rate(),
        second: rate(),
        byte: rate(),
        unit: rate(),
        costPercent: fc.integer({ min: 1, max: 1000 }),
      },
      { requiredKeys: [] },
    )
    .filter((value) => Object.values(value).some((entry) => entry > 0));
}

export function meteredPrices(): fc.Arbitrary<MeteredPrice> {
  return fc
    .record({
      rates: rates(),
      deposit: amount(1n),
      minimum: amount(0n),
      cap: fc.option(amount(1n)),
      validSeconds: fc.integer({ min: 1, max: 315_360_000 }),
      clampOutput: fc.boolean(),
      onLeave: fc.constantFrom("cancel" as const, "drain" as const),
    })
    .map(({ minimum, cap, deposit, ...rest }) => {
      const limited = cap === null || cap <= deposit * 1000n ? cap : deposit * 1000n;
      const most = limited ?? deposit;
      return { model: "metered", ...rest, deposit, cap: limited, minimum: minimum > most ? most : minimum };
    });
}

/** Valid prices of every model. */
export function prices(): fc.Arbitrary<Price> {
  const uses = fc.integer({ min: 1, max: 1_000_000_000 });
  const seconds = fc.integer({ min: 1, max: 315_360_000 });
  const expression = fc.constantFrom("0.01", 'body.model == "large" ? 0.05 : 0.01', "length(path) / 3");
  const paid = amount(1n);
  const model: fc.Arbitrary<Price> = fc.oneof(
    fc.record({ model: fc.constant("per-request" as const), amount: amount(0n) }),
    fc.record({ model: fc.constant("computed" as const), expression, maximum: paid }),
    fc.record({ model: fc.constant("bundle" as const), amount: paid, uses, validSeconds: seconds }),
    fc.record({ model: fc.constant("pass" as const), amount: paid, seconds, maxUses: fc.option(uses) }),
    meteredPrices(),
    fc.tuple(paid, paid).map(([one, other]): Price => ({
      model: "pay-what-you-want",
      minimum: one < other ? one : other,
      suggested: one < other ? other : one,
    })),
  );
  return fc
    .tuple(model, fc.option(fc.integer({ min: 1, max: 1_000_000 })))
    .map(([price, freePerDay]) => (freePerDay === null ? price : { ...price, freePerDay }));
}
