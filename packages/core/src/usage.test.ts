import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meteredPrices, rates } from "../test-support/random-price.ts";
import type { MeteredPrice } from "./price.ts";
import { capOf, chargeFor, exactCost, metersTokens } from "./usage.ts";
import type { Usage } from "./usage.ts";
import { formatUsage, parseUsage } from "./usage-json.ts";

const counts = [
  "inputTokens",
  "cachedInputTokens",
  "outputTokens",
  "milliseconds",
  "bytes",
  "units",
] as const;

const usages = (max = Number.MAX_SAFE_INTEGER): fc.Arbitrary<Usage> => {
  const count = fc.oneof(
    fc.nat(Math.min(max, 5000)),
    fc.maxSafeNat().map((value) => value % max),
  );
  return fc.record(
    {
      inputTokens: count,
      cachedInputTokens: count,
      outputTokens: count,
      milliseconds: count,
      bytes: count,
      units: count,
      costPicoUsd: fc.bigInt({ min: 0n, max: 10n ** 20n }),
      estimated: fc.boolean(),
    },
    { requiredKeys: [] },
  );
};

function sum(left: Usage, right: Usage): Usage {
  const added = counts.map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)] as const);
  return { ...Object.fromEntries(added), costPicoUsd: (left.costPicoUsd ?? 0n) + (right.costPicoUsd ?? 0n) };
}

const metered: MeteredPrice = {
  model: "metered",
  rates: { inputToken: 500_000n, cachedInputToken: 50_000n, outputToken: 2_000_000n },
  deposit: 5_000_000n,
  validSeconds: 86_400,
  minimum: 0n,
  cap: null,
  clampOutput: true,
  onLeave: "cancel",
};
const ATTO_PER_MICRO = 10n ** 12n;

describe("exactCost", () => {
  it.each<[Usage, MeteredPrice["rates"], bigint]>([
    // 1 token at 1 µUSD for a million is a millionth of a µUSD.
    [{ outputTokens: 1 }, { outputToken: 1n }, 10n ** 6n],
    [{ outputTokens: 1_000_000 }, { outputToken: 1n }, ATTO_PER_MICRO],
    [{ inputTokens: 1_000_000 }, { inputToken: 3_000_000n }, 3_000_000n * ATTO_PER_MICRO],
    [{ bytes: 1_000_000 }, { byte: 100n }, 100n * ATTO_PER_MICRO],
    [{ units: 1 }, { unit: 1_000_000n }, ATTO_PER_MICRO],
    [{ milliseconds: 1000 }, { second: 1_000_000n }, ATTO_PER_MICRO],
    [{ milliseconds: 1 }, { second: 1n }, 1000n],
    [{ costPicoUsd: 1_000_000n }, { costPercent: 120 }, (ATTO_PER_MICRO * 6n) / 5n],
    [{ costPicoUsd: 1n }, { costPercent: 1 }, 10_000n],
    [{ inputTokens: 5, outputTokens: 5, bytes: 5, units: 5, milliseconds: 5, costPicoUsd: 5n }, {}, 0n],
    // Cached tokens cost as much as others, unless they have a rate of their own.
    [{ cachedInputTokens: 2 }, { inputToken: 3n }, 6n * 10n ** 6n],
    [{ cachedInputTokens: 2 }, { inputToken: 3n, cachedInputToken: 1n }, 2n * 10n ** 6n],
    [{ cachedInputTokens: 2 }, { inputToken: 3n, cachedInputToken: 0n }, 0n],
  ])("of %o at %o is %d", (usage, at, cost) => {
    expect(exactCost(usage, at)).toBe(cost);
  });
  it("adds up: parts cost what the whole costs, to the last digit", () => {
    fc.assert(
      fc.property(usages(2 ** 50), usages(2 ** 50), rates(), (left, right, at) => {
        expect(exactCost(left, at) + exactCost(right, at)).toBe(exactCost(sum(left, right), at));
      }),
      { numRuns: 500 },
    );
  });
  it("never falls when more is used", () => {
    fc.assert(
      fc.property(
        usages(2 ** 50),
        fc.constantFrom(...counts),
        fc.nat(1000),
        rates(),
        (usage, name, more, at) => {
          expect(exactCost({ ...usage, [name]: (usage[name] ?? 0) + more }, at)).toBeGreaterThanOrEqual(
            exactCost(usage, at),
          );
        },
      ),
    );
  });
});

describe("chargeFor", () => {
  it.each<[Usage, Partial<MeteredPrice>, bigint]>([
    // 1,000 × $0.50/M + 200 × $0.05/M + 345 × $2.00/M = 500 + 10 + 690 µUSD
    [{ inputTokens: 1000, cachedInputTokens: 200, outputTokens: 345 }, {}, 1200n],
    [{ outputTokens: 1 }, {}, 2n],
    [{ cachedInputTokens: 1 }, {}, 1n],
    // 0.05 + 0.5 + 2 µUSD is rounded up once, not three times (which were 4).
    [{ cachedInputTokens: 1, inputTokens: 1, outputTokens: 1 }, {}, 3n],
    [{}, {}, 0n],
    [{}, { minimum: 100n }, 100n],
    [{ outputTokens: 49 }, { minimum: 100n }, 100n],
    [{ outputTokens: 51 }, { minimum: 100n }, 102n],
    [{ outputTokens: 1_000_000 }, { cap: 50_000n }, 50_000n],
    [{ outputTokens: 10_000_000 }, {}, 5_000_000n],
    [{}, { minimum: 100n, cap: 50n }, 50n],
    [{ costPicoUsd: 1_234_567n }, { rates: { costPercent: 120 } }, 2n],
    [{ milliseconds: 60_001 }, { rates: { second: 1_000_000n } }, 61n],
  ])("of %o with %o is %d µUSD", (usage, change, charge) => {
    expect(chargeFor(usage, { ...metered, ...change })).toBe(charge);
  });
  it("is the exact cost rounded up once, between minimum and cap", () => {
    let between = 0;
    const runs = 1000;
    fc.assert(
      fc.property(usages(1_000_000), meteredPrices(), (usage, price) => {
        const charge = chargeFor(usage, price);
        const exact = exactCost(usage, price.rates);
        expect(charge).toBeLessThanOrEqual(capOf(price));
        expect(charge).toBeGreaterThanOrEqual(price.minimum < capOf(price) ? price.minimum : capOf(price));
        if (charge === capOf(price)) return;
        // Never short, and never a whole unit too much.
        expect(charge * ATTO_PER_MICRO).toBeGreaterThanOrEqual(exact);
        if (charge === price.minimum) return;
        expect((charge - 1n) * ATTO_PER_MICRO).toBeLessThan(exact);
        between++;
      }),
      { numRuns: runs },
    );
    expect(between).toBeGreaterThan(runs / 20);
  });
});

describe("capOf", () => {
  it("is the deposit where there is no cap", () => {
    expect([capOf(metered), capOf({ ...metered, cap: 7n })]).toEqual([5_000_000n, 7n]);
  });
});

describe("metersTokens", () => {
  it("is true for any rate of tokens, zero included", () => {
    expect([{ inputToken: 0n }, { cachedInputToken: 1n }, { outputToken: 1n }].map(metersTokens)).toEqual([
      true,
      true,
      true,
    ]);
    expect([{}, { second: 1n, byte: 1n, unit: 1n, costPercent: 100 }].map(metersTokens)).toEqual([
      false,
      false,
    ]);
  });
});

describe("parseUsage", () => {
  it("is the inverse of formatUsage, through JSON text", () => {
    fc.assert(
      fc.property(usages(), (usage) => {
        expect(parseUsage(JSON.parse(JSON.stringify(formatUsage(usage))))).toEqual(usage);
      }),
    );
  });
  it("never throws on garbage", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...counts, "costPicoUsd", "estimated"), (value, name) => {
        const json = JSON.parse(JSON.stringify({ [name]: value }));
        const usage = parseUsage(json);
        if (usage !== undefined) expect(formatUsage(usage)).toEqual(json);
      }),
    );
  });
});
