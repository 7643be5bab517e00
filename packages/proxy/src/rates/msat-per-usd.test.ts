import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { msatPerUsdOf } from "./msat-per-usd.ts";

describe("msatPerUsdOf", () => {
  it.each([
    ["100000", 1_000_000n],
    ["100000.00", 1_000_000n],
    ["97943.105", 1_021_001n],
    ["50000", 2_000_000n],
    ["0097943.105", 1_021_001n],
    // Rounded up, so that the creator is never short.
    ["99999.999999999999999999", 1_000_001n],
    ["1000", 100_000_000n],
    ["10000000", 10_000n],
  ])("of %s dollars for a bitcoin is %d", (price, msat) => {
    expect(msatPerUsdOf(price)).toBe(msat);
  });

  it.each([
    "",
    "0",
    "0.00",
    "-1",
    "+97943",
    "9.7943e4",
    "97,943.10",
    "97943.",
    ".5",
    " 97943",
    "97943\n",
    "NaN",
    "0x17E97",
    "9".repeat(40),
    `97943.${"1".repeat(40)}`,
    "٩٧٩٤٣",
    // Out of all reason: too little, too much, and a price in sat.
    "999.99",
    "10010000",
    "0.00001021",
  ])("refuses %j", (price) => {
    expect(msatPerUsdOf(price)).toBeUndefined();
  });

  it("is exact to the last digit", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 9n, max: 10n ** 13n }), (microUsd) => {
        const text = `${microUsd / 1_000_000n}.${String(microUsd % 1_000_000n).padStart(6, "0")}`;
        const msat = msatPerUsdOf(text) ?? 0n;
        // The smallest number that is worth a dollar at this price.
        expect(msat * microUsd).toBeGreaterThanOrEqual(10n ** 17n);
        expect((msat - 1n) * microUsd).toBeLessThan(10n ** 17n);
      }),
    );
  });

  it("never throws on garbage", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => void msatPerUsdOf(text)));
  });
});
