import { expect, test } from "vitest";
import { median, percentile, ratios, show, spread } from "./numbers.ts";

test("the median is the middle, or the mean of the two", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test("a percentile is a value that was measured", () => {
  const values = Array.from({ length: 100 }, (_, n) => n + 1);
  expect(percentile(values, 50)).toBe(51);
  expect(percentile(values, 99)).toBe(100);
  expect(percentile([7], 99)).toBe(7);
});

test("the spread is relative, and ratios go round by round", () => {
  expect(spread([90, 100, 110])).toBeCloseTo(0.2);
  expect(spread([5])).toBe(0);
  expect(spread([0, 0])).toBe(0);
  expect(ratios([10, 20], [5, 40])).toEqual([2, 0.5]);
});

test("numbers keep the digits that matter", () => {
  expect([12_345.6, 12.34, 1.234, 0.01234, Number.NaN].map(show)).toEqual([
    "12,346",
    "12.3",
    "1.23",
    "0.012",
    "–",
  ]);
});
