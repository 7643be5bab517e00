import fc from "fast-check";
import { expect, test } from "vitest";
import { btcText, decimal, dollars, group, satText } from "./amounts.ts";

test.each([
  [10_000n, "$0.01"],
  [400n, "$0.0004"],
  [1_234_567_000_400n, "$1,234,567.0004"],
])("%s µUSD is %s", (amount, text) => {
  expect(dollars(amount)).toBe(text);
});

test.each([
  [16_000n, "16 sat", "0.00000016 BTC"],
  [16_500n, "16.5 sat", "0.000000165 BTC"],
  [1n, "0.001 sat", "0.00000000001 BTC"],
  [123_456_789_000_000n, "123,456,789,000 sat", "1,234.56789000 BTC"],
])("%s msat are %s and %s", (msat, sat, btc) => {
  expect([satText(msat), btcText(msat)]).toEqual([sat, btc]);
});

test("no digit is lost", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(18), (atomic, decimals) => {
      const [whole = "", fraction = ""] = decimal(atomic, decimals).split(".");
      expect(BigInt(whole + fraction.padEnd(decimals, "0"))).toBe(atomic);
      expect(group(whole).replaceAll(",", "")).toBe(whole);
    }),
  );
});
