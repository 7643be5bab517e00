import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MeteredPrice, Price } from "../price.ts";
import {
  describeDuration,
  describePrice,
  describeRates,
  describeTerms,
  describeUsage,
} from "./describe-price.ts";

const metered: MeteredPrice = {
  model: "metered",
  rates: { inputToken: 500_000n, outputToken: 2_000_000n },
  deposit: 5_000_000n,
  validSeconds: 30 * 86_400,
  minimum: 0n,
  cap: null,
  clampOutput: true,
  onLeave: "cancel",
};

describe("describePrice", () => {
  it.each<[Price, string]>([
    [{ model: "per-request", amount: 50_000n }, "$0.05 per request"],
    [{ model: "per-request", amount: 1n }, "$0.000001 per request"],
    [{ model: "per-request", amount: 0n }, "free"],
    [{ model: "per-request", amount: 50_000n, freePerDay: 1 }, "$0.05 per request; 1 request a day free"],
    [
      { model: "per-request", amount: 10n ** 15n, freePerDay: 1000 },
      "$1,000,000,000.00 per request; 1,000 requests a day free",
    ],
    [{ model: "computed", expression: "1", maximum: 50_000n }, "varies by request, at most $0.05"],
    [{ model: "bundle", amount: 1_000_000n, uses: 10, validSeconds: 60 }, "10 requests for $1.00"],
    [{ model: "bundle", amount: 1_000_000n, uses: 1, validSeconds: 60 }, "1 request for $1.00"],
    [{ model: "pass", amount: 2_000_000n, seconds: 86_400, maxUses: null }, "24 hours for $2.00"],
    [
      { model: "pass", amount: 2_000_000n, seconds: 7 * 86_400, maxUses: 1000 },
      "7 days for $2.00, up to 1,000 requests",
    ],
    [metered, "$0.50 per 1M input tokens, $2.00 per 1M output tokens"],
    [{ ...metered, rates: { outputToken: 2_000_000n } }, "$2.00 per 1M output tokens"],
    [
      { ...metered, rates: { unit: 10_000_000_000n }, minimum: 1000n, cap: 50_000n },
      "$0.01 per unit, at least $0.001 per request, at most $0.05 per request",
    ],
    [
      { model: "pay-what-you-want", minimum: 1_000_000n, suggested: 2_000_000n },
      "pay what you want, from $1.00 per request",
    ],
  ])("%o: %s", (price, text) => {
    expect(describePrice(price)).toBe(text);
  });
});

describe("describeRates", () => {
  it.each([
    [{}, "free"],
    [{ cachedInputToken: 0n }, "cached input tokens free"],
    [{ inputToken: 1n }, "$0.000001 per 1M input tokens"],
    [{ byte: 100n }, "$0.0001 per MB"],
    [{ byte: 0n, second: 0n, unit: 0n }, "seconds free, bytes free, units free"],
    [{ second: 1_000_000_000n }, "$0.001 per second"],
    [{ second: 2500n }, "$0.000009 per hour"],
    [{ second: 1n }, "$0.000001 per 1M seconds"],
    [{ unit: 1_500_000n }, "$0.0015 per 1,000 units"],
    [{ unit: 7n }, "$0.000007 per 1M units"],
    [{ costPercent: 120 }, "120% of the upstream's cost"],
  ])("%o: %s", (rates, text) => {
    expect(describeRates(rates)).toBe(text);
  });
  it("never rounds: the amounts that are said add up to the rate", () => {
    const sizes: Record<string, bigint> = { unit: 1n, "1,000 units": 1000n, "1M units": 1_000_000n };
    const rate = fc.oneof(
      fc.bigInt({ min: 1n, max: 10n ** 15n }),
      fc.bigInt({ min: 1n, max: 10n ** 9n }).map((n) => n * 1000n),
    );
    fc.assert(
      fc.property(rate, (unit) => {
        const [, amount = "", per = ""] = /^\$([\d,.]+) per (.+)$/.exec(describeRates({ unit })) ?? [];
        const [whole = "", decimals = ""] = amount.replaceAll(",", "").split(".");
        const micro = BigInt(whole + decimals.padEnd(6, "0"));
        expect(micro * 1_000_000n).toBe(unit * (sizes[per] ?? 0n));
      }),
    );
  });
});

describe("describeTerms", () => {
  it.each([
    [{ kind: "use" } as const, "this request"],
    [{ kind: "uses", uses: 10, seconds: 30 * 86_400 } as const, "10 requests within 30 days"],
    [{ kind: "pass", seconds: 3600 } as const, "1 hour of access"],
    [{ kind: "balance", seconds: 86_400, into: "ent_A" } as const, "$5.00 of balance for 24 hours"],
  ])("%o: %s", (terms, text) => {
    expect(describeTerms(terms, 5_000_000n)).toBe(text);
  });
});

describe("describeDuration", () => {
  it.each([
    [1, "1 second"],
    [61, "61 seconds"],
    [60, "1 minute"],
    [5400, "90 minutes"],
    [3600, "1 hour"],
    [86_400, "24 hours"],
    [90_000, "25 hours"],
    [172_800, "2 days"],
    [315_360_000, "3,650 days"],
    [100_001, "100,001 seconds"],
  ])("%i: %s", (seconds, text) => {
    expect(describeDuration(seconds)).toBe(text);
  });
});

describe("describeUsage", () => {
  it.each([
    [{}, ""],
    [{ estimated: true }, ""],
    [
      { inputTokens: 1200, outputTokens: 1, estimated: true },
      "1,200 input tokens, 1 output token (estimated)",
    ],
    [
      { cachedInputTokens: 0, milliseconds: 1_234_567, bytes: 1_000_000, units: 2 },
      "0 cached input tokens, 1,234.567 s, 1,000,000 bytes, 2 units",
    ],
    [{ costPicoUsd: 1_500_000_000n }, "an upstream cost of $0.0015"],
    [{ costPicoUsd: 1n }, "an upstream cost of $0.000000000001"],
    [{ costPicoUsd: 1_234_567_500_000n }, "an upstream cost of $1.2345675"],
  ])("%o: %s", (usage, text) => {
    expect(describeUsage(usage)).toBe(text);
  });
});
