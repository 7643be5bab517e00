import { expect, it } from "vitest";
import { satRateOf } from "./use-sat-rate.ts";

const me = { user: null, workspace: null, msatPerUsd: "1000000", liveMsatPerUsd: "1021000" };

it("says TEST's prices at TEST's rate and LIVE's at the real one, where Bitcoin is taken", () => {
  expect(satRateOf({ mode: "test", rails: ["sandbox"] }, me)).toBe("1000000");
  expect(satRateOf({ mode: "live", rails: ["stablecoin", "lightning"] }, me)).toBe("1021000");
  expect(satRateOf({ mode: "live", rails: ["stablecoin"] }, me)).toBeUndefined();
  const { liveMsatPerUsd: _, ...noRate } = me;
  expect(satRateOf({ mode: "live", rails: ["lightning"] }, noRate)).toBeUndefined();
  expect(satRateOf({ mode: "test", rails: [] }, undefined)).toBeUndefined();
});
