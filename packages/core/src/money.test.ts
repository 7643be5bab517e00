import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ceilDiv, formatUsd, isPayableInBitcoin, microUsdToMsat, NO_RATE, parseUsd } from "./money.ts";

const amount = () => fc.bigInt({ min: 0n, max: 10n ** 17n });

describe("money", () => {
  it("formats and parses without losing a unit", () => {
    fc.assert(fc.property(amount(), (value) => parseUsd(formatUsd(value)) === value));
  });
  it.each([
    [10_000n, "0.01"],
    [1_500_000n, "1.50"],
    [400n, "0.0004"],
    [1n, "0.000001"],
    [0n, "0.00"],
    [-10_000n, "-0.01"],
  ])("writes %d µUSD as %s", (value, text) => {
    expect(formatUsd(value)).toBe(text);
  });
  it("has no price in Bitcoin where there is no rate, and never one of 0 sat", () => {
    expect(isPayableInBitcoin(NO_RATE)).toBe(false);
    expect(isPayableInBitcoin({ msatPerUsd: 1n, asOf: 0 })).toBe(true);
    expect(() => microUsdToMsat(10_000n, NO_RATE)).toThrow(RangeError);
  });
  it.each([
    "",
    "-1",
    "+1",
    "01",
    "1.",
    ".5",
    "1e3",
    "1,000",
    "0.0000001",
    " 1",
    "1 ",
    "0x1",
    "Infinity",
    "1".repeat(13),
  ])("refuses %j", (text) => {
    expect(parseUsd(text)).toBeUndefined();
  });
  it("rounds up to whole satoshi, never below what is owed and never by a whole one", () => {
    fc.assert(
      fc.property(amount(), fc.bigInt({ min: 1n, max: 10n ** 12n }), (value, msatPerUsd) => {
        const msat = microUsdToMsat(value, { msatPerUsd, asOf: 0 });
        const owed = value * msatPerUsd;
        expect(msat % 1000n).toBe(0n);
        expect(msat * 1_000_000n).toBeGreaterThanOrEqual(owed);
        expect((msat - 1000n) * 1_000_000n).toBeLessThan(owed === 0n ? 1n : owed);
      }),
    );
  });
  it("divides up", () => {
    expect([ceilDiv(0n, 3n), ceilDiv(1n, 3n), ceilDiv(3n, 3n), ceilDiv(4n, 3n)]).toEqual([0n, 1n, 1n, 2n]);
  });
});
