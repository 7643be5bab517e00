import { utf8 } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createUsageReader } from "./create-usage-reader.ts";
import { feed, findRecording, openReader } from "./testing/recordings.ts";
import type { UsageReaderOptions } from "./create-usage-reader.ts";

const sse = { contentType: "text/event-stream" };
const json = { contentType: "application/json" };

function read(text: string, kind = sse, options: Partial<UsageReaderOptions> = {}) {
  const reader = openReader(kind, options);
  const passed = new TextDecoder().decode(feed(reader, utf8(text)));
  return { usage: reader.usage, reported: reader.reported, passed };
}

const delta = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const report = (usage: string) => `data: {"choices":[],"usage":${usage}}\n\n`;
const counts = (input: number, output: number) => ({
  inputTokens: input,
  cachedInputTokens: 0,
  outputTokens: output,
});

describe("lines", () => {
  const good = '{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}';

  test.each([
    ["no space after the colon", `data:${good}\n\n`],
    ["two spaces", `data:  ${good}\n\n`],
    ["an unterminated last event", `${delta("a")}data: ${good}`],
    ["a last event without its blank line", `data: ${good}\n`],
    ["a byte order mark", `\uFEFFdata: ${good}\n\n`],
    ["comments around", `: ping\n\n:\ndata: ${good}\n: data: {"usage":{"prompt_tokens":1}}\n\n`],
    ["other fields", `event: x\nid: 1\nretry: 3\ndata: ${good}\n\n`],
    ["a broken document before", `data: {"choices":[{"delta":{"content":"\n\ndata: ${good}\n\n`],
    [
      "JSON over several lines",
      'data: {"choices":\ndata: [],\ndata: "usage":{"prompt_tokens":5,\ndata: "completion_tokens":7}}\n\n',
    ],
    ["mixed ends of lines", `data: [DONE]\r\r\ndata: ${good}\n\r\n`],
    ["no blank lines at all", `data: {"choices":[]}\ndata: ${good}\ndata: [DONE]\n`],
  ])("%s", (_, text) => {
    const { usage, reported, passed } = read(text);
    expect(usage).toEqual(counts(5, 7));
    expect(reported).toBe(true);
    expect(passed).toBe(text.replace("\uFEFF", ""));
  });

  test.each([
    ["a field whose name only begins like data", `database: ${good}\n\n`],
    ["a comment", `: ${good}\n\n`],
    ["a space before the name", ` data: ${good}\n\n`],
    ["a document that is not finished", `data: ${good.slice(0, -1)}\n\n`],
    ["a byte order mark that is not whole", `\u00efdata: ${good}\n\n`],
  ])("no report: %s", (_, text) => {
    expect(read(text).reported).toBe(false);
  });
});

describe("reports", () => {
  test.each([
    "{}",
    "null",
    "[]",
    '"many"',
    '{"prompt_tokens":-1,"completion_tokens":2}',
    '{"prompt_tokens":1,"completion_tokens":2.5}',
    '{"prompt_tokens":1,"completion_tokens":9007199254740992}',
    '{"prompt_tokens":1,"completion_tokens":1e400}',
    '{"prompt_tokens":1,"completion_tokens":"2"}',
    '{"prompt_tokens":1,"completion_tokens":{"a":2}}',
    '{"prompt_tokens":1,"completion_tokens":true}',
    '{"prompt_tokens":1,"completion_tokens":null}',
    '{"prompt_tokens":1,"completion_tokens":0x10}',
    '{"prompt_tokens":1,"completion_tokens":1,"completion_tokens":2}',
    '{"prompt_tokens":1,"completion_tokens":2},"usage":{"prompt_tokens":0,"completion_tokens":0}',
    '{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}',
    '{"prompt_tokens":3,"completion_tokens":2,"cost":-1}',
    '{"prompt_tokens":3,"completion_tokens":2,"cost":"1"}',
    '{"prompt_tokens":3,"completion_tokens":2,"cost":1e999999}',
    '{"input_tokens":1,"output_tokens":-2}',
    '{"input_tokens":9007199254740991,"cache_creation_input_tokens":1,"output_tokens":2}',
  ])("that make no sense count as none: %s", (usage) => {
    const result = read(delta("12345678") + report(usage));
    expect(result.reported).toBe(false);
    expect(result.usage).toMatchObject({ outputTokens: 2, estimated: true });
  });

  test("the last one wins, and one that makes no sense takes its word back", () => {
    const first = '{"prompt_tokens":1,"completion_tokens":2}';
    const second = '{"prompt_tokens":3,"completion_tokens":4}';
    expect(read(report(first) + report(second)).usage).toEqual(counts(3, 4));
    expect(read(report(second) + report('{"prompt_tokens":-3,"completion_tokens":4}')).reported).toBe(false);
    expect(read(report('{"prompt_tokens":-3}') + report(second)).usage).toEqual(counts(3, 4));
  });

  test("what passes after a report is added to it", () => {
    const text = delta("0123") + report('{"prompt_tokens":3,"completion_tokens":1}') + delta("01234567");
    expect(read(text)).toMatchObject({ reported: true, usage: { outputTokens: 3, estimated: true } });
  });

  test.each([
    [
      "arguments of a tool",
      '{"choices":[{"message":{"tool_calls":[{"function":{"arguments":{"usage":{"prompt_tokens":0,"completion_tokens":0}}}}]}}]}',
    ],
    [
      "input of a tool",
      '{"content":[{"type":"tool_use","input":{"usage":{"input_tokens":0,"output_tokens":0}}}]}',
    ],
    [
      "arguments of a function",
      '{"candidates":[{"content":{"parts":[{"functionCall":{"args":{"usageMetadata":{"promptTokenCount":0,"candidatesTokenCount":0}}}}]}}]}',
    ],
    [
      "the request that is echoed",
      '{"response":{"tools":[{"usage":{"input_tokens":0,"output_tokens":0}}],"metadata":{"usage":{"input_tokens":0}}}}',
    ],
    [
      "a string",
      '{"choices":[{"message":{"content":"\\"usage\\":{\\"prompt_tokens\\":0,\\"completion_tokens\\":0}"}}]}',
    ],
    ["two arrays deep", '[[{"usage":{"prompt_tokens":0,"completion_tokens":0}}]]'],
  ])("are not taken from %s", (_, text) => {
    expect(read(text, json).reported).toBe(false);
    expect(read(`data: ${text}\n\n`).reported).toBe(false);
  });

  test("embeddings have input alone", () => {
    const text =
      '{"object":"list","data":[{"embedding":[0.1,-0.2]}],"usage":{"prompt_tokens":8,"total_tokens":8}}';
    expect(read(text, json)).toMatchObject({ usage: counts(8, 0), reported: true });
  });

  test("of Gemini's early chunks, which do not count their text, are not the whole truth", () => {
    const chunk = (text: string, usage: object) =>
      `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }] } }], usageMetadata: usage })}\n\n`;
    const early = chunk("12345678", { promptTokenCount: 4, totalTokenCount: 4 });
    expect(read(early)).toMatchObject({
      reported: false,
      usage: { inputTokens: 4, outputTokens: 2, estimated: true },
    });
    const late = chunk("1234", { promptTokenCount: 4, candidatesTokenCount: 3, totalTokenCount: 7 });
    expect(read(early + late).usage).toEqual(counts(4, 3));
  });

  test("a document a line", () => {
    const text =
      '{"message":{"content":"hi"},"done":false}\n{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n';
    expect(read(text, { contentType: "application/x-ndjson" }).usage).toEqual(counts(1, 2));
  });
});

describe("removal", () => {
  const options = { removeUsageChunk: true };
  const chunk = report('{"prompt_tokens":1,"completion_tokens":2}');

  test.each([
    ["an unterminated last line", delta("a") + chunk.trimEnd(), delta("a")],
    ["a line without its blank line", `${chunk.trimEnd()}\ndata: [DONE]\n\n`, "data: [DONE]\n\n"],
    [
      "other fields that went before stay with their blank line",
      `id: 1\n${chunk}data: x\n\n`,
      "id: 1\n\ndata: x\n\n",
    ],
    ["a field after it", `${chunk.slice(0, -1)}id: 1\n\ndata: x\n\n`, "id: 1\n\ndata: x\n\n"],
    ["one that makes no sense", report('{"prompt_tokens":-1}'), ""],
    ["twice", chunk + delta("a") + chunk, delta("a")],
  ])("%s", (_, text, wanted) => {
    for (let at = 0; at <= text.length; at++) {
      const reader = openReader(sse, options);
      expect(Buffer.from(feed(reader, utf8(text), [at])).toString()).toBe(wanted);
    }
  });

  test.each([
    [
      "usage in a chunk with choices",
      'data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
    ],
    ["no choices and no usage", 'data: {"choices":[],"usage":null}\n\n'],
    ["usage without choices", 'data: {"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n'],
    [
      "choices twice",
      'data: {"choices":[{}],"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
    ],
    ["two documents on a line", `data: {"choices":[{}]}${chunk.slice(6)}`],
    [
      "spread over several lines",
      'data: {"choices":[],\ndata: "usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
    ],
    ["longer than anything sensible", `data: {"id":"${"x".repeat(200_000)}",${chunk.slice(7)}`],
  ])("not of %s", (name, text) => {
    const cuts = name.startsWith("longer") ? Array.from({ length: 20 }, (_, at) => (at + 1) * 10_000) : [];
    const reader = openReader(sse, options);
    expect(Buffer.from(feed(reader, utf8(text), cuts)).equals(utf8(text))).toBe(true);
  });

  test("an ordinary event goes on in the chunk that it came in", () => {
    const reader = openReader(sse, options);
    for (const content of ["a", "b\n", "ü", ""]) {
      const bytes = utf8(delta(content));
      expect(reader.push(bytes)).toBe(bytes);
    }
    // Its line's end may come later.
    const bytes = utf8(delta("c").trimEnd());
    expect(reader.push(bytes)).toBe(bytes);
    // Cut in its line it waits, until it is known to have choices.
    const [head = "", tail = ""] = delta("d").split("content");
    const begun = openReader(sse, options);
    expect(begun.push(utf8('data: {"id":1,'))).toHaveLength(0);
    const rest = head.slice("data: {".length);
    expect(Buffer.from(begun.push(utf8(rest))).toString()).toBe(`data: {"id":1,${rest}`);
    expect(begun.push(utf8(`content${tail}`))).toHaveLength(utf8(`content${tail}`).length);
  });

  test("without it the array itself is passed on, whatever the cut", () => {
    const { text } = findRecording("openai-chat.sse.txt");
    const reader = openReader(sse);
    const bytes = utf8(text);
    for (let at = 0; at < bytes.length; at += 37) {
      const part = bytes.subarray(at, at + 37);
      expect(reader.push(part)).toBe(part);
    }
    expect(reader.end()).toHaveLength(0);
  });
});

describe("units", () => {
  const without = { countTokens: false };

  test("in the head, then in comments", () => {
    const headers = [["x-paywall-usage", " 3 "]] as const;
    expect(read("data: {}\n\n", sse, { ...without, headers })).toMatchObject({
      usage: { units: 3 },
      reported: true,
    });
    expect(read(": x-paywall-usage 12\n\n", sse, { ...without, headers }).usage).toEqual({ units: 12 });
    expect(read("{}", json, { headers }).usage).toMatchObject({ units: 3, estimated: true });
  });

  test.each([
    ": x-paywall-usage -1",
    ": x-paywall-usage 1.5",
    ": x-paywall-usage",
    "x-paywall-usage: 3",
    ": a x-paywall-usage 3",
    `: x-paywall-usage ${"1".repeat(99)}`,
  ])("not of %s", (line) => {
    expect(read(`${line}\n\n`, sse, without)).toMatchObject({ usage: {}, reported: false });
  });

  test("two fields say nothing", () => {
    const headers = [
      ["X-Paywall-Usage", "3"],
      ["X-Paywall-Usage", "4"],
    ] as const;
    expect(read("", sse, { ...without, headers }).usage).toEqual({});
  });
});

describe("hostile input", () => {
  const chunk = utf8(`\n\n${report('{"prompt_tokens":1,"completion_tokens":2}')}`);
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom(
        "data: ",
        "\n",
        "\r",
        '{"',
        '"usage":',
        "[",
        "}",
        "\\",
        '"choices":[',
        ":",
        "\uFEFF",
        ": x",
      )
      .map(utf8),
  );

  test("never throws, passes every byte, and still reads the next report", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const kind of [sse, json, { contentType: "" }]) {
          const reader = openReader(kind);
          for (const bytes of pieces) expect(reader.push(bytes)).toBe(bytes);
          expect(reader.usage.outputTokens).toBeGreaterThanOrEqual(0);
          if (kind === sse) {
            reader.push(chunk);
            expect(reader.usage).toMatchObject({ inputTokens: 1 });
            expect(reader.reported).toBe(true);
          }
        }
        const reader = openReader(sse, { removeUsageChunk: true });
        expect(Buffer.from(feed(reader, Buffer.concat(pieces)))).toEqual(Buffer.concat(pieces));
      }),
      { numRuns: 300 },
    );
  });
});

test("no tokens are seen in pictures", () => {
  const reader = createUsageReader({
    contentType: "image/png",
    headers: [],
    removeUsageChunk: false,
    inputEstimate: 9,
  });
  reader.push(new Uint8Array(1000));
  expect(reader.usage).toEqual({ inputTokens: 9, outputTokens: 0, estimated: true });
});
