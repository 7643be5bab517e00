import { describe, expect, it } from "vitest";
import { createUsageReport } from "../metering/usage-report.ts";
import { meterStream, readUsage } from "./read-usage.ts";

describe("the usage in what SDKs hand out", () => {
  it.each<[string, unknown, unknown]>([
    [
      "OpenAI chat",
      { object: "chat.completion", usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 } },
      { inputTokens: 20, outputTokens: 7 },
    ],
    [
      "OpenAI chat with a cache",
      { usage: { prompt_tokens: 20, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 16 } } },
      { inputTokens: 4, cachedInputTokens: 16, outputTokens: 7 },
    ],
    [
      "an event of OpenAI responses",
      {
        type: "response.completed",
        response: {
          usage: { input_tokens: 20, output_tokens: 7, input_tokens_details: { cached_tokens: 5 } },
        },
      },
      { inputTokens: 15, cachedInputTokens: 5, outputTokens: 7 },
    ],
    [
      "Anthropic, which counts its cache apart",
      { type: "message", usage: { input_tokens: 20, cache_read_input_tokens: 100, output_tokens: 7 } },
      { inputTokens: 20, cachedInputTokens: 100, outputTokens: 7 },
    ],
    [
      "the start of an Anthropic stream",
      { type: "message_start", message: { usage: { input_tokens: 20, output_tokens: 1 } } },
      { inputTokens: 20, outputTokens: 1 },
    ],
    [
      "Gemini, thoughts and all",
      {
        usageMetadata: {
          promptTokenCount: 20,
          candidatesTokenCount: 7,
          thoughtsTokenCount: 3,
          cachedContentTokenCount: 8,
        },
      },
      { inputTokens: 12, cachedInputTokens: 8, outputTokens: 10 },
    ],
    [
      "the AI SDK",
      {
        totalUsage: { inputTokens: 20, outputTokens: 7, inputTokenDetails: { cacheReadTokens: 4 } },
        usage: { inputTokens: 1, outputTokens: 1 },
      },
      { inputTokens: 16, cachedInputTokens: 4, outputTokens: 7 },
    ],
    ["usage itself", { inputTokens: 20, outputTokens: 7 }, { inputTokens: 20, outputTokens: 7 }],
    ["output alone", { output_tokens: 7 }, { inputTokens: 0, outputTokens: 7 }],
    ["a chunk of text", { object: "chat.completion.chunk", choices: [], usage: null }, undefined],
    ["nothing", undefined, undefined],
    ["a list", [{ usage: { prompt_tokens: 1 } }], undefined],
    ["text", "usage", undefined],
    ["counts that are none", { usage: { prompt_tokens: -1, completion_tokens: 1.5 } }, undefined],
    [
      "more cached than sent",
      { usage: { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 9 } } },
      { inputTokens: 0, cachedInputTokens: 9, outputTokens: 1 },
    ],
  ])("of %s", (_, value, usage) => {
    expect(readUsage(value)).toEqual(usage);
  });
});

describe("a stream that is metered", () => {
  async function* from<T>(...chunks: readonly T[]): AsyncGenerator<T> {
    yield* chunks;
  }

  it("passes each chunk on, and reports the last usage", async () => {
    const report = createUsageReport();
    const chunks = [
      { delta: "a" },
      { usage: { prompt_tokens: 20, completion_tokens: 1 } },
      { usage: { prompt_tokens: 20, completion_tokens: 7 } },
      { delta: "b" },
    ];
    const seen: unknown[] = [];
    for await (const chunk of meterStream(from(...chunks), report)) seen.push(chunk);
    expect(seen).toEqual(chunks);
    expect(report.total).toEqual({ inputTokens: 20, outputTokens: 7 });
  });

  it("keeps Anthropic's input of the start beside the output of the end", async () => {
    const report = createUsageReport();
    const chunks = [
      {
        type: "message_start",
        message: { usage: { input_tokens: 20, cache_read_input_tokens: 5, output_tokens: 1 } },
      },
      { type: "message_delta", usage: { output_tokens: 7 } },
    ];
    for await (const _ of meterStream(from<unknown>(...chunks), report));
    expect(report.total).toEqual({ inputTokens: 20, cachedInputTokens: 5, outputTokens: 7 });
  });

  it("reports what was used until the payer left, or the model failed", async () => {
    const left = createUsageReport();
    for await (const _ of meterStream(
      from({ usage: { output_tokens: 3 } }, { usage: { output_tokens: 9 } }),
      left,
    ))
      break;
    expect(left.total).toEqual({ inputTokens: 0, outputTokens: 3 });
    const failed = createUsageReport();
    async function* failing() {
      yield { usage: { output_tokens: 4 } };
      throw new Error("The model failed");
    }
    const drain = async () => {
      for await (const _ of meterStream(failing(), failed));
    };
    await expect(drain()).rejects.toThrow("The model failed");
    expect(failed.total).toEqual({ inputTokens: 0, outputTokens: 4 });
  });

  it("reports nothing where nothing was said", async () => {
    const report = createUsageReport();
    for await (const _ of meterStream(from({ delta: "a" }), report));
    expect(report.total).toBeUndefined();
  });
});
