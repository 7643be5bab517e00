import { simulateReadableStream } from "ai";
import { MockLanguageModelV4 } from "ai/test";

const words = "A paywall that streams : each word leaves as it is made , and is paid as it leaves .".split(
  " ",
);

/** Stands for a model of a provider, so that no account is needed: `openai("gpt-5")` in its place, and it is one. */
export const model = new MockLanguageModelV4({
  doStream: async () => ({
    stream: simulateReadableStream({
      chunkDelayInMs: 100,
      chunks: [
        { type: "text-start", id: "1" },
        ...words.map((word) => ({ type: "text-delta" as const, id: "1", delta: `${word} ` })),
        { type: "text-end", id: "1" },
        {
          type: "finish",
          finishReason: { unified: "stop", raw: undefined },
          usage: {
            inputTokens: { total: 12, noCache: 12, cacheRead: undefined, cacheWrite: undefined },
            outputTokens: { total: words.length, text: words.length, reasoning: undefined },
          },
        },
      ],
    }),
  }),
});
