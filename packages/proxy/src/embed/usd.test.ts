import fc from "fast-check";
import { expect, it } from "vitest";
import { PaywallConfigError } from "./config-error.ts";
import { readUsd } from "./usd.ts";

it.each([
  ["$0", 0n],
  ["$0.000001", 1n],
  ["$0.01", 10_000n],
  ["$1", 1_000_000n],
  ["$1.5", 1_500_000n],
  [" $1 ", 1_000_000n],
  ["$1000000000", 1_000_000_000_000_000n],
])("reads %s", (text, amount) => {
  expect(readUsd(text, "price")).toBe(amount);
});

it.each([
  [undefined, "undefined is not an amount of US dollars."],
  [null, "null is not an amount of US dollars."],
  [0.01, "0.01 is not an amount of US dollars."],
  [Symbol("x"), "Symbol(x) is not an amount of US dollars."],
  [{}, "An object is not an amount of US dollars."],
  ["", '"" is not an amount of US dollars.'],
  ["0.01", '"0.01" is not an amount of US dollars.'],
  ["1 EUR", '"1 EUR" is not an amount of US dollars.'],
  ["$-1", '"$-1" is negative.'],
  ["-$1", '"-$1" is negative.'],
  ["$ -1", '"$ -1" is negative.'],
  ["$0.0000001", '"$0.0000001" has a part of a millionth of a dollar.'],
  ["$", '"$" is not an amount.'],
  ["$01", '"$01" is not an amount.'],
  ["$.5", '"$.5" is not an amount.'],
  ["$1e3", '"$1e3" is not an amount.'],
  ["$1,000", '"$1,000" is not an amount.'],
  ["$Infinity", '"$Infinity" is not an amount.'],
  ["$1000000000.000001", '"$1000000000.000001" is more than a billion dollars.'],
])("refuses %s", (input, problem) => {
  expect(() => readUsd(input, "price")).toThrow(PaywallConfigError);
  expect(() => readUsd(input, "price")).toThrow(`price: ${problem}`);
});

it("refuses nothing where nothing would be a gift", () => {
  expect(readUsd("$0.000001", "price", 1n)).toBe(1n);
  expect(() => readUsd("$0", "price", 1n)).toThrow('price: "$0" is nothing. Write an amount above $0.');
});

it("is exact, for every amount of whole millionths", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 1_000_000_000_000_000n), (amount) => {
      const text = `$${amount / 1_000_000n}.${String(amount % 1_000_000n).padStart(6, "0")}`;
      expect(readUsd(text, "price")).toBe(amount);
    }),
  );
});

it("reads an amount or throws a PaywallConfigError, whatever it gets", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `$${text}`),
        fc.anything(),
      ),
      (input) => {
        try {
          expect(readUsd(input, "price")).toBeGreaterThanOrEqual(0n);
        } catch (error) {
          expect(error).toBeInstanceOf(PaywallConfigError);
        }
      },
    ),
  );
});
