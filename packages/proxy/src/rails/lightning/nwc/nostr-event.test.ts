import { finalizeEvent, generateSecretKey } from "nostr-tools/pure";
import { describe, expect, it } from "vitest";
import { matchesFilter, readSignedEvent } from "./nostr-event.ts";

const key = generateSecretKey();
const tags = [
  ["p", "aa"],
  ["e", "bb", "wss://x"],
];
const event = JSON.parse(
  JSON.stringify(
    finalizeEvent({ kind: 23195, tags, content: 'é " \\ \n  🌦', created_at: 1_800_000_000 }, key),
  ),
);

describe("readSignedEvent", () => {
  it("reads what others sign", () => {
    expect(readSignedEvent(event)).toEqual(event);
  });
  it.each([
    null,
    [],
    {},
    "EVENT",
    { ...event, content: `${event.content}.` },
    { ...event, tags: [] },
    { ...event, tags: [[1]] },
    { ...event, kind: 1 },
    { ...event, created_at: 1.5 },
    { ...event, sig: `${event.sig.slice(0, -2)}00` },
    { ...event, sig: "" },
    { ...event, sig: "zz".repeat(64) },
    { ...event, pubkey: "ff".repeat(32) },
    { ...event, id: "00".repeat(32) },
    {
      ...finalizeEvent({ kind: 1, tags, content: "", created_at: 1 }, generateSecretKey()),
      pubkey: event.pubkey,
    },
  ])("reads nothing else: %j", (value) => {
    expect(readSignedEvent(value)).toBeUndefined();
  });
});

describe("matchesFilter", () => {
  it.each([
    [{}, true],
    [{ kinds: [23195], authors: [event.pubkey], "#e": ["bb"] }, true],
    [{ "#e": ["cc", "bb"] }, true],
    [{ "#e": ["aa"] }, false],
    [{ "#x": ["aa"] }, false],
    [{ kinds: [1] }, false],
    [{ authors: ["aa"] }, false],
  ])("%j: %s", (filter, matches) => {
    expect(matchesFilter(event, filter)).toBe(matches);
  });
});
