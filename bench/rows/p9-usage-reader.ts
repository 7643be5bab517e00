import { readFileSync } from "node:fs";
import { createUsageReader } from "../../packages/proxy/src/usage/index.ts";
import { Rounds } from "../lib/rounds.ts";
import type { Entrant } from "../lib/rounds.ts";
import { median, spread } from "../lib/numbers.ts";
import type { Row } from "../lib/row.ts";

const recordings = new URL("../../packages/proxy/src/usage/recordings/", import.meta.url);
const streams = ["openai-chat", "openai-responses", "anthropic", "gemini"];
const LENGTH = 4_000_000;

/** P9: the usage reader alone, in this process: streams of each format, text kept for an exact count, the chunk removed. */
export const usageReader: Row = async (_field, options) => {
  const rounds = await new Rounds().play(streams.map(entrantOf), options);
  return {
    id: "P9",
    title: "Usage reader, one core",
    measures: rounds.measures({ "16 KiB": "MB/s", "100 B": "MB/s" }),
    verdicts: streams.map((stream) => {
      const values = rounds.of(stream, "16 KiB");
      const claim = `MB/s, ${stream}`;
      return { claim, value: median(values), spread: spread(values), target: 100, better: "higher" };
    }),
  };
};

function entrantOf(name: string): Entrant {
  const text = readFileSync(new URL(`${name}.sse.txt`, recordings), "utf8");
  const bytes = Buffer.from(text.repeat(Math.ceil(LENGTH / text.length)));
  return {
    name,
    run: (seconds) =>
      Promise.resolve({
        "16 KiB": speed(bytes, 16_384, seconds / 2),
        "100 B": speed(bytes, 100, seconds / 2),
      }),
  };
}

/** MB a second of processor time, in chunks of a size; the meter asks for the usage after each. */
function speed(bytes: Uint8Array, size: number, seconds: number): number {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  const loadTokens = () => Promise.reject(new Error("nothing is settled here"));
  const options = { contentType: "text/event-stream", headers: [], removeUsageChunk: true, inputEstimate: 0 };
  const start = process.cpuUsage();
  let elapsed = 0;
  let read = 0;
  for (; elapsed < seconds * 1_000_000; elapsed = process.cpuUsage(start).user) {
    const reader = createUsageReader({ ...options, loadTokens });
    for (const chunk of chunks) read += reader.push(chunk).length + (reader.usage.units ?? 0);
    reader.end();
  }
  return read / elapsed;
}
