import { expect, it } from "vitest";
import { checkLeavings } from "./check-leavings.ts";
import type { LeavingRecord } from "./check-leavings.ts";

const hold = { id: "hld_a", entitlementId: "ent_a", state: "settled", captured: 12n };
const balance = { id: "ent_a", spent: 12n, held: 0n, captured: 12n };
const clean: LeavingRecord = {
  id: "leave-1",
  key: "k",
  status: 200,
  delivered: 12,
  sent: 13,
  finished: false,
  closedAfterMs: 4,
  hold,
};

it("finds nothing where billed is delivered, give or take one unit", () => {
  const near = [11, 12, 13].map((delivered) => ({ ...clean, delivered }));
  expect(checkLeavings([...near, { ...clean, finished: true, closedAfterMs: Infinity }], [balance])).toEqual(
    [],
  );
});

it.each<[string, Partial<LeavingRecord>, string]>([
  ["the whole reservation billed", { hold: { ...hold, captured: 60n } }, "billed"],
  ["too little billed", { hold: { ...hold, captured: 10n } }, "billed"],
  ["a hold that is never settled", { hold: { ...hold, state: "held" } }, "billed"],
  ["a stream that nobody pays", { hold: undefined }, "billed"],
  ["an upstream that is kept for a second", { closedAfterMs: 1_000 }, "closed"],
  ["a stream that was refused", { status: 402 }, "stream"],
])("finds %s", (_what, change, rule) => {
  expect(checkLeavings([{ ...clean, ...change }], [balance]).map((one) => one.rule)).toEqual([rule]);
});

it.each([
  ["money that stays held", { ...balance, held: 5n }],
  ["a balance that paid more than its holds", { ...balance, spent: 13n }],
])("finds %s", (_what, row) => {
  expect(checkLeavings([clean], [row])).toMatchObject([{ rule: "balance", subject: "ent_a" }]);
});
