import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openJournal } from "./journal.ts";
import { newDataDir } from "./testing/start-facilitator.ts";

const sent = (key: string, at = 0) =>
  ({
    key,
    network: "eip155:8453",
    kind: "eip3009",
    asset: "0xa",
    payer: "0xb",
    payTo: "0xc",
    amount: "5",
    authorizationNonce: "7",
    hash: `0x${key}`,
    accountNonce: 1,
    reservedWei: "9",
    at,
  }) as const;
const failOn = (error: unknown) => {
  throw error;
};

it("remembers over restarts what was sent and how it ended; what was dropped is forgotten", () => {
  const file = join(newDataDir(), "new", "journal.jsonl");
  const open = (now = 0) => openJournal(file, { clock: () => now, onError: failOn });
  const first = open();
  const settled = first.begin(sent("1"));
  const dropped = first.begin(sent("2"));
  first.begin(sent("3"));
  first.finish(settled, { end: "settled", spentWei: "4" });
  first.finish(dropped, { end: "dropped", spentWei: "0" });
  expect(first.find("2")).toBeUndefined();
  // The power failed in the middle of a line.
  appendFileSync(file, '{"key":"4","netw');
  const second = open();
  expect([...second.entries()].map(({ key, end }) => [key, end?.end])).toEqual([
    ["1", "settled"],
    ["3", undefined],
  ]);
  expect(second.find("1")?.end).toEqual({ hash: "0x1", end: "settled", spentWei: "4" });
  // Settled anew after it was dropped.
  const again = second.begin({ ...sent("2"), hash: "0x22" });
  expect(open().find("2")?.hash).toBe(again.hash);
  // Two days later only what is still open is kept.
  const later = open(48 * 3_600_000 + 1);
  expect([...later.entries()].map(({ key }) => key)).toEqual(["3", "2"]);
  expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(2);
});
