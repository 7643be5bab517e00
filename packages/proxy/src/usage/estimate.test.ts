import { readFileSync } from "node:fs";
import { utf8 } from "@x402-paywall/core";
import { describe, expect, test } from "vitest";
import { countText } from "./count-text.ts";
import { loadGptTokens } from "./gpt-tokens.ts";
import { feed, findRecording, openReader } from "./testing/recordings.ts";

const prose = `${"It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness. ".repeat(4)}
“You don’t say,” she answered; the rain had stopped, and Mr. Darcy walked 12 miles to Netherfield in 1813.`;
const code = readFileSync(new URL("event-stream-reader.ts", import.meta.url), "utf8");
const data = JSON.stringify(
  JSON.parse(readFileSync(new URL("recordings/expected.json", import.meta.url), "utf8")),
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Wrap = (text: string) => object;
const formats: readonly (readonly [string, Wrap])[] = [
  ["openai-chat", (content) => ({ choices: [{ index: 0, delta: { content } }] })],
  ["openai tool", (text) => ({ choices: [{ delta: { tool_calls: [{ function: { arguments: text } }] } }] })],
  ["responses", (delta) => ({ type: "response.output_text.delta", delta, obfuscation: "abc" })],
  ["anthropic", (text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })],
  ["gemini", (text) => ({ candidates: [{ content: { parts: [{ text }], role: "model" } }] })],
];

/** Words of a text, each with the space before it. */
const words = (text: string) => text.match(/\s*\S+|\s+$/g) ?? [];
const stream = (text: string, wrap: Wrap) =>
  words(text).map((word) => `data: ${JSON.stringify(wrap(word))}\n\n`);
const options = { loadTokens: loadGptTokens };
const sse = { contentType: "text/event-stream" };

describe.each(formats)("%s", (_, wrap) => {
  test.each([
    ["English", prose],
    ["code", code],
    ["JSON", data],
  ])("the running estimate of %s is between half and twice the truth", async (_name, text) => {
    const counter = await loadGptTokens();
    const reader = openReader(sse, options);
    let passed = "";
    stream(text, wrap).forEach((event, at) => {
      reader.push(utf8(event));
      passed += words(text)[at] ?? "";
      if (at % 50 !== 49) return;
      const share = (reader.usage.outputTokens ?? 0) / counter.count(passed);
      expect(share).toBeGreaterThan(0.5);
      expect(share).toBeLessThan(2);
    });
    expect(reader.usage.estimated).toBe(true);
  });

  test("what broke off is counted exactly", async () => {
    const counter = await loadGptTokens();
    const text = `${prose} 日本語 👩‍👩‍👧‍👦 "quoted" \\ back\tslash\n`;
    for (const taken of [0, 1, 7, 50, 1000]) {
      const reader = openReader(sse, options);
      feed(reader, utf8(stream(text, wrap).slice(0, taken).join("")));
      const wanted = counter.count(words(text).slice(0, taken).join(""));
      expect(await reader.settle()).toEqual({ inputTokens: 50, outputTokens: wanted, estimated: true });
    }
  });
});

test("broken off at any byte, the whole events count, exactly", async () => {
  const counter = await loadGptTokens();
  const { text } = findRecording("openai-chat.sse.txt");
  const bytes = utf8(text.slice(0, text.lastIndexOf('{"id"')));
  for (let end = 0; end < bytes.length; end += 53) {
    const reader = openReader(sse, options);
    reader.push(bytes.subarray(0, end));
    const events = Buffer.from(bytes.subarray(0, end)).toString().split("\n\n");
    // A last event counts when its line is whole, before its blank line has come.
    const delivered = events
      .filter((event) => /}\n?$/.test(event) && isJson(event.slice(6)))
      .map((event) => JSON.parse(event.slice(6)).choices[0].delta.content ?? "");
    expect((await reader.settle()).outputTokens).toBe(counter.count(delivered.join("")));
  }
});

test("escapes weigh as what they stand for", () => {
  for (const [escaped, tokens] of [
    ["\\n", 4],
    ["\\\\", 4],
    ["\\u00e9", 12],
    ["e", 4],
  ] as const) {
    const bytes = utf8(`data: {"choices":[{"delta":{"content":"${escaped.repeat(16)}"}}]}\n\n`);
    for (let cut = 0; cut < bytes.length; cut += 5) {
      const reader = openReader(sse);
      feed(reader, bytes, [cut]);
      expect(reader.usage.outputTokens).toBe(tokens);
    }
  }
});

test("words and arguments of a tool are counted apart", async () => {
  const counter = await loadGptTokens();
  expect(counter.count("foobar")).toBe(1);
  const reader = openReader(sse, options);
  for (const delta of ['"reasoning":"foo"', '"content":"bar"', '"content":"bar"', '"refusal":"foo"']) {
    reader.push(utf8(`data: {"choices":[{"delta":{${delta}}}]}\n\n`));
  }
  const wanted = 2 * counter.count("foo") + counter.count("barbar");
  expect((await reader.settle()).outputTokens).toBe(wanted);
});

test("settling keeps a report, and does not load a tokenizer for it", async () => {
  const recording = findRecording("anthropic.sse.txt");
  const reader = openReader(recording, { loadTokens: () => Promise.reject(new Error("not wanted")) });
  feed(reader, utf8(recording.text));
  expect(await reader.settle()).toEqual(reader.usage);
  expect(reader.usage.estimated).toBeUndefined();
});

test("without a tokenizer, or where it fails, the estimate stands", async () => {
  for (const more of [{}, { loadTokens: () => Promise.reject(new Error("not installed")) }]) {
    const reader = openReader(sse, more);
    feed(reader, utf8('data: {"choices":[{"delta":{"content":"12345678"}}]}\n\n'));
    expect(await reader.settle()).toEqual({ inputTokens: 50, outputTokens: 2, estimated: true });
  }
});

test("the request is counted where the upstream did not", async () => {
  const counter = await loadGptTokens();
  const requestBody = utf8(JSON.stringify({ model: "m", messages: [{ role: "user", content: prose }] }));
  const reader = openReader(sse, { ...options, requestBody });
  const { inputTokens = 0 } = await reader.settle();
  expect(inputTokens - counter.count(prose)).toBe(4);
});

test.each([
  ["text/plain", "The quick brown fox."],
  ["application/json", '{"answer":"The quick brown fox."}'],
  ["text/event-stream", "data: The quick brown fox."],
])("%s of no known API is counted whole", async (contentType, text) => {
  const counter = await loadGptTokens();
  const reader = openReader({ contentType }, options);
  feed(reader, utf8(text), [3, 9]);
  const content = text.replace("data: ", "");
  expect(reader.usage.outputTokens).toBe(Math.ceil(content.length / 4));
  expect((await reader.settle()).outputTokens).toBe(counter.count(content));
});

test("slices change nothing for texts with spaces", async () => {
  const counter = await loadGptTokens();
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  for (const text of [prose.repeat(100), code.repeat(10)]) {
    expect(counter.count(text)).toBe(countTokens(text));
    expect(await countText(counter, text)).toBe(countTokens(text));
  }
});

test("a text without an end costs a bounded time, and special tokens are text", async () => {
  const counter = await loadGptTokens();
  expect(counter.count("<|endoftext|>")).toBeGreaterThan(1);
  const many = counter.count("word ".repeat(1_000_000));
  expect(Math.abs(many - 1_000_000)).toBeLessThan(10_000);
});

test("beyond 4 MiB text is weighed and forgotten", async () => {
  const reader = openReader(sse, {
    loadTokens: () => Promise.resolve({ count: (text: string) => text.length }),
  });
  const event = utf8(`data: {"choices":[{"delta":{"content":"${"x".repeat(1_048_576)}"}}]}\n\n`);
  for (let at = 0; at < 5; at++) reader.push(event);
  expect(reader.usage.outputTokens).toBe((5 * 1_048_576) / 4);
  expect((await reader.settle()).outputTokens).toBe((5 * 1_048_576) / 4);
});
