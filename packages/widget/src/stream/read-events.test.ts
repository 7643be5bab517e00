import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventReader } from "./read-events.ts";
import { textOf } from "./text-of.ts";

/** The stream in these chunks, as the list of what was said. */
function read(chunks: readonly string[]): string[][] {
  const said: string[][] = [];
  const push = createEventReader({
    event: (name, data) => said.push([name, data]),
    comment: (text) => said.push([":", text]),
  });
  for (const chunk of chunks) push(chunk);
  return said;
}

describe("events", () => {
  test.each<[string, string, string[][]]>([
    ["one event", "data: a\n\n", [["message", "a"]]],
    ["a named one", "event: x\ndata: a\n\n", [["x", "a"]]],
    ["several lines", "data: a\ndata:\ndata:  b\n\n", [["message", "a\n\n b"]]],
    ["a comment", ": receipt  x\n\n", [[":", "receipt  x"]]],
    ["a field without a colon", "data\n\n", [["message", ""]]],
    ["a name without data", "event: x\n\ndata: a\n\n", [["message", "a"]]],
    ["fields of no meaning here", "id: 1\nretry: 5\nfoo: bar\ndata: a\n\n", [["message", "a"]]],
    ["a byte order mark", "\uFEFFdata: a\n\n", [["message", "a"]]],
    ["lone carriage returns", "data: a\rdata: b\r\r", [["message", "a\nb"]]],
    ["what has no end", "data: a\n\ndata: b\n", [["message", "a"]]],
  ])("%s", (_, stream, said) => {
    expect(read([stream])).toEqual(said);
    expect(read([...stream])).toEqual(said);
    expect(read([...stream.replaceAll("\n", "\r\n")])).toEqual(said);
  });

  test("any chunking and any ends of lines say the same", () => {
    const line = fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, "·"));
    const entry = fc.oneof(
      fc.record({
        name: fc.constantFrom("message", "payment-need-topup"),
        lines: fc.array(line, { minLength: 1 }),
      }),
      line,
    );
    const end = fc.constantFrom("\n", "\r\n", "\r");
    fc.assert(
      fc.property(fc.array(entry), end, fc.array(fc.nat(40)), (entries, eol, cuts) => {
        const wanted: string[][] = [];
        let stream = "";
        for (const one of entries) {
          if (typeof one === "string") {
            wanted.push([":", one]);
            stream += `: ${one}${eol}`;
          } else {
            wanted.push([one.name, one.lines.join("\n")]);
            stream += `event: ${one.name}${eol}${one.lines.map((text) => `data: ${text}${eol}`).join("")}${eol}`;
          }
        }
        const chunks: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(stream.slice(at, at + cut));
          at += cut;
        }
        expect(read([...chunks, stream.slice(at)])).toEqual(wanted);
      }),
    );
  });
});

describe("text", () => {
  const shown = (json: object) =>
    textOf(JSON.stringify(json))
      .pieces.map(([, text]) => text)
      .join("");

  test.each<[string, object, string]>([
    ["OpenAI chat", { choices: [{ index: 0, delta: { content: "Hi" } }] }, "Hi"],
    ["OpenAI's role chunk", { choices: [{ index: 0, delta: { role: "assistant", content: "" } }] }, ""],
    ["OpenAI's usage chunk", { choices: [], usage: { completion_tokens: 3 } }, ""],
    ["a refusal", { choices: [{ delta: { refusal: "No" } }] }, "No"],
    ["completions", { choices: [{ text: "Hi" }] }, "Hi"],
    ["responses", { type: "response.output_text.delta", delta: "Hi" }, "Hi"],
    ["the end of a response", { type: "response.completed", response: {} }, ""],
    ["Anthropic", { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } }, "Hi"],
    [
      "Anthropic's thoughts",
      { type: "content_block_delta", delta: { type: "thinking_delta", thinking: "x" } },
      "",
    ],
    ["Anthropic's start", { type: "message_start", message: {} }, ""],
    ["a ping", { type: "ping" }, ""],
    ["Gemini", { candidates: [{ content: { parts: [{ text: "H" }, { text: "i" }] } }] }, "Hi"],
    ["Gemini's thoughts", { candidates: [{ content: { parts: [{ text: "x", thought: true }] } }] }, ""],
    ["Gemini's usage", { usageMetadata: { totalTokenCount: 1 } }, ""],
    ["anything else", { temperature: 12 }, '{"temperature":12}\n'],
  ])("%s", (_, json, text) => {
    expect(shown(json)).toBe(text);
  });

  test("lines that are no JSON are shown as they are, and the end of OpenAI's stream is not shown", () => {
    expect(textOf("12 °C").pieces).toEqual([[0, "12 °C\n"]]);
    expect(textOf("[1,2]").pieces).toEqual([[0, "[1,2]\n"]]);
    expect(textOf("[DONE]").pieces).toEqual([]);
  });

  test("several answers keep their numbers", () => {
    const choices = [
      { index: 1, delta: { content: "b" } },
      { index: 0, delta: { content: "a" } },
    ];
    expect(textOf(JSON.stringify({ choices })).pieces).toEqual([
      [1, "b"],
      [0, "a"],
    ]);
  });

  test("an error is told as one", () => {
    expect(textOf('{"error":{"message":"overloaded"}}').error).toBe("overloaded");
    expect(textOf('{"type":"error","error":{"type":"x","message":"busy"}}').error).toBe("busy");
    expect(textOf('{"error":"no"}').error).toBe("no");
  });

  test("no JSON breaks it, and only texts come out", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        for (const [index, text] of textOf(json).pieces) {
          expect(Number.isSafeInteger(index)).toBe(true);
          expect(typeof text).toBe("string");
        }
      }),
    );
    const shapes = fc.record(
      {
        choices: fc.anything(),
        candidates: fc.anything(),
        type: fc.constantFrom("content_block_delta", "response.output_text.delta", 3, null),
        delta: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(shapes, (value) => {
        const { pieces } = textOf(
          JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? 0 : member)),
        );
        expect(pieces.every(([index, text]) => Number.isSafeInteger(index) && typeof text === "string")).toBe(
          true,
        );
      }),
    );
  });
});
