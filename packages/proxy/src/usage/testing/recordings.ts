import { readFileSync } from "node:fs";
import { createUsageReader } from "../create-usage-reader.ts";
import type { UsageReaderOptions } from "../create-usage-reader.ts";
import type { UsageReader } from "../usage-reader.ts";

/** Answers in the documented formats of their APIs, with what they used; `.sse.txt` is an event stream with LF. */
export interface Recording {
  readonly name: string;
  readonly text: string;
  readonly contentType: string;
  /** `costPicoUsd` as a string. */
  readonly usage: Readonly<Record<string, unknown>>;
  readonly format?: string;
  readonly countTokens?: boolean;
}

interface Expected {
  readonly usage: Readonly<Record<string, unknown>>;
  readonly format?: string;
  readonly countTokens?: boolean;
}

const expected = JSON.parse(readText("expected.json")) as Record<string, Expected>;

export const recordings: readonly Recording[] = Object.entries(expected).map(([name, entry]) => ({
  name,
  text: readText(name),
  contentType: name.includes(".sse.")
    ? "text/event-stream; charset=utf-8"
    : "application/json; charset=UTF-8",
  ...entry,
}));

function readText(name: string): string {
  return readFileSync(new URL(`../recordings/${name}`, import.meta.url), "utf8");
}

export function findRecording(name: string): Recording {
  const found = recordings.find((recording) => recording.name === name);
  if (found === undefined) throw new Error(`No recording ${name}`);
  return found;
}

/** A reader whose request was 50 tokens long. */
export function openReader(
  recording: Pick<Recording, "contentType" | "countTokens">,
  options: Partial<UsageReaderOptions> = {},
): UsageReader {
  const { contentType, countTokens = true } = recording;
  return createUsageReader({
    contentType,
    countTokens,
    headers: [],
    removeUsageChunk: false,
    inputEstimate: 50,
    ...options,
  });
}

/** Pushes the bytes cut at the given places; what the payer gets. */
export function feed(reader: UsageReader, bytes: Uint8Array, cuts: readonly number[] = []): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    parts.push(reader.push(bytes.subarray(from, to)));
    from = to;
  }
  parts.push(reader.end());
  return new Uint8Array(Buffer.concat(parts));
}

/** Random places, the same for the same seed (mulberry32): now few, now hundreds, often next to each other. */
export function randomCuts(length: number, seed: number): readonly number[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const step = 1 + Math.floor(random() ** 3 * length);
  const cuts: number[] = [];
  for (let at = Math.floor(random() * step); at < length; at += 1 + Math.floor(random() * step))
    cuts.push(at);
  return cuts;
}
