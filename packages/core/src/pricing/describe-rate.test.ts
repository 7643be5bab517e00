import { expect, it } from "vitest";
import { describeRate } from "./describe-rate.ts";

it.each([
  [{ msatPerUsd: 1_000_000n, asOf: 0 }, "1 USD = 1,000 sat"],
  [{ msatPerUsd: 1_021_001n, asOf: 1_790_000_000 }, "1 USD = 1,021.001 sat, as of 2026-09-21 14:13:20 UTC"],
  [{ msatPerUsd: 999_990n, asOf: 0 }, "1 USD = 999.99 sat"],
])("says %o as %s", (rate, text) => {
  expect(describeRate(rate)).toBe(text);
});
