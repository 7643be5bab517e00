import { formatUsage, utf8 } from "@x402-paywall/core";
import { describe, expect, test } from "vitest";
import { feed, openReader, randomCuts, recordings } from "./testing/recordings.ts";

const CHUNKINGS = 200;

/** Written apart from the reader: takes out the events that are a chat's usage and nothing else. */
function withoutUsageChunk(text: string): string {
  return text
    .split(/(?<=\n\n)/)
    .filter((event) => {
      if (!event.startsWith("data: {")) return true;
      const chunk = JSON.parse(event.slice(6));
      return !(Array.isArray(chunk.choices) && chunk.choices.length === 0 && chunk.usage);
    })
    .join("");
}

describe.each(recordings)("$name", (recording) => {
  const { text, usage, format, contentType } = recording;
  describe.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("%s", (_, newline) => {
    const bytes = utf8(text.replaceAll("\n", newline));

    test("counts and bytes are exact under any chunking", () => {
      for (let seed = 0; seed < CHUNKINGS; seed++) {
        const reader = openReader(recording);
        const passed = feed(reader, bytes, randomCuts(bytes.length, seed));
        expect(Buffer.compare(passed, bytes)).toBe(0);
        expect(formatUsage(reader.usage)).toEqual(usage);
        expect(reader.reported).toBe(usage["estimated"] === undefined);
        expect(reader.format).toBe(format);
      }
    });

    test("the usage chunk is removed and nothing else, under any chunking", () => {
      const isStream = contentType.startsWith("text/event-stream");
      const wanted = utf8((isStream ? withoutUsageChunk(text) : text).replaceAll("\n", newline));
      if (/^(openai|azure)-chat(-tools|-filter)?\.sse/.test(recording.name)) {
        expect(bytes.length - wanted.length).toBeGreaterThan(100);
      } else {
        expect(wanted).toHaveLength(bytes.length);
      }
      for (let seed = 0; seed < CHUNKINGS; seed++) {
        const reader = openReader(recording, { removeUsageChunk: true });
        const passed = feed(reader, bytes, randomCuts(bytes.length, seed));
        expect(Buffer.from(passed).toString()).toBe(Buffer.from(wanted).toString());
        expect(formatUsage(reader.usage)).toEqual(usage);
      }
    });
  });

  test("a byte at a time", () => {
    const bytes = utf8(text);
    const reader = openReader(recording, { removeUsageChunk: true });
    feed(
      reader,
      bytes,
      Array.from({ length: bytes.length - 1 }, (_, at) => at + 1),
    );
    expect(formatUsage(reader.usage)).toEqual(usage);
  });
});
