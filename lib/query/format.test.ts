import { assert, bigInt, property } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  conversion,
  formatAmount,
  formatBytes,
  formatConversion,
  formatDelta,
  formatExact,
  formatRelative,
  formatSat,
  formatTotal,
  shorten,
  formatToken,
} from "./format.ts";

describe("amounts", () => {
  it.each([
    ["0", "$0.00"],
    ["1", "$0.000001"],
    ["400", "$0.0004"],
    ["10000", "$0.01"],
    ["1500000", "$1.50"],
    ["-10000", "−$0.01"],
  ])("%s µUSD is %s", (input, expected) => {
    expect(formatAmount(input)).toBe(expected);
  });

  it("groups dollars but never the fraction", () => {
    expect(formatTotal("1234567001234")).toBe("$1,234,567.001234");
    expect(formatTotal("-1234000000")).toBe("−$1,234.00");
    expect(formatTotal("999000000")).toBe("$999.00");
  });

  it("loses no unit", () => {
    assert(
      property(bigInt({ min: 0n, max: 10n ** 18n }), (amount) => {
        const [whole = "", fraction = ""] = formatTotal(amount).replace(/[$,]/g, "").split(".");
        expect(BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0"))).toBe(amount);
      }),
    );
  });

  it("rounds satoshi up as a quote does", () => {
    // 100,000 USD for a bitcoin: one dollar is 1,000 sat.
    expect(formatSat("10000", "1000000")).toBe("10 sat");
    expect(formatSat("1", "1000000")).toBe("1 sat");
    expect(formatSat("1000000000", "1000000")).toBe("1,000,000 sat");
    expect(formatSat("10000", undefined)).toBeUndefined();
  });
});

describe("ratios", () => {
  it("names an empty span instead of dividing by it", () => {
    expect(formatConversion(0, 0)).toBe("–");
    expect(formatConversion(1, 8)).toBe("12.5 %");
    expect(conversion(9, 3)).toBe(1);
    expect(conversion(2, 0)).toBe(1);
  });

  it("compares with the span before", () => {
    expect(formatDelta(0, 0)).toBeUndefined();
    expect(formatDelta(3, 0)).toEqual({ text: "new", direction: "up" });
    expect(formatDelta(112, 100)).toEqual({ text: "+12 %", direction: "up" });
    expect(formatDelta(50, 100)).toEqual({ text: "−50 %", direction: "down" });
    expect(formatDelta(100, 100)).toEqual({ text: "±0 %", direction: "flat" });
  });
});

describe("times, sizes, identifiers", () => {
  const now = Date.UTC(2026, 10, 23, 12);
  it.each([
    [0, "just now"],
    [12_000, "12 s ago"],
    [59_400, "59 s ago"],
    [61_000, "1 min ago"],
    [3 * 3600_000, "3 h ago"],
    [47 * 3600_000, "1 d ago"],
    [40 * 86_400_000, "2026-10-14"],
    [-120_000, "in 2 min"],
  ])("%d ms before now is %s", (age, expected) => {
    expect(formatRelative(now - age, now)).toBe(expected);
  });

  it("survives what is not a time", () => {
    expect(formatRelative(Number.NaN, now)).toBe("–");
    expect(formatExact(Number.NaN)).toBe("–");
    expect(formatExact(now)).toBe("2026-11-23 12:00:00 UTC");
  });

  it("writes sizes in decimal units", () => {
    expect(formatBytes(0)).toBe("0 B");
    expect(formatBytes(999)).toBe("999 B");
    expect(formatBytes(1000)).toBe("1 kB");
    expect(formatBytes(1536)).toBe("1.5 kB");
    expect(formatBytes(52_428_800)).toBe("52 MB");
  });

  it("keeps both ends of an identifier", () => {
    expect(shorten("short")).toBe("short");
    expect(shorten("0x036CbD53842c5426634e7929541eC2318f3dCF7e")).toBe("0x036CbD…3dCF7e");
  });
});

describe("formatToken", () => {
  it.each([
    ["0", 6, "0.00"],
    ["1", 6, "0.000001"],
    ["1500001", 6, "1.500001"],
    ["1284500000", 6, "1,284.50"],
    ["12345678901234567890000000", 6, "12,345,678,901,234,567,890.00"],
    ["7", 0, "7"],
  ])("keeps each digit of %s", (atomic, decimals, text) => {
    expect(formatToken(atomic, decimals)).toBe(text);
  });
});
