import type { ReportedUsage, UsageReport } from "../metering/usage-report.ts";

/**
 * Reads the usage out of what SDKs hand to an application: an answer, a chunk of a stream, or the usage object itself, of
 * the AI SDK, OpenAI (chat and responses), Anthropic or Gemini. `undefined` where there is none in it.
 */
export function readUsage(value: unknown): ReportedUsage | undefined {
  const outer = asRecord(value);
  if (outer === undefined) return undefined;
  const inner =
    asRecord(outer.totalUsage) ??
    asRecord(outer.usage) ??
    asRecord(outer.usageMetadata) ??
    asRecord(asRecord(outer.response)?.usage) ??
    asRecord(asRecord(outer.message)?.usage) ??
    outer;
  const input = countOf(inner, "inputTokens", "prompt_tokens", "input_tokens", "promptTokenCount");
  const output = outputOf(inner);
  if (input === undefined && output === undefined) return undefined;
  const cached = cachedOf(inner);
  // Anthropic counts what was cached beside the input, all others within it.
  const total = input ?? 0;
  const apart = inner.cache_read_input_tokens !== undefined;
  return {
    inputTokens: apart ? total : Math.max(0, total - cached),
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
    outputTokens: output ?? 0,
  };
}

/**
 * Passes a stream of an SDK on and reports what it used.
 * The last usage in it counts: OpenAI sends one, Anthropic and Gemini repeat it as it grows.
 * @example for await (const chunk of meterStream(await openai.chat.completions.create({ stream: true, … }), usage)) …
 */
export async function* meterStream<Chunk>(
  stream: AsyncIterable<Chunk>,
  report: UsageReport,
): AsyncGenerator<Chunk> {
  let last: ReportedUsage | undefined;
  try {
    for await (const chunk of stream) {
      const found = readUsage(chunk);
      if (found !== undefined)
        last = { ...last, ...found, inputTokens: found.inputTokens || last?.inputTokens || 0 };
      yield chunk;
    }
  } finally {
    if (last !== undefined) report.add(last);
  }
}

function outputOf(usage: Readonly<Record<string, unknown>>): number | undefined {
  const plain = countOf(usage, "outputTokens", "completion_tokens", "output_tokens", "candidatesTokenCount");
  const thoughts = countOf(usage, "thoughtsTokenCount");
  return plain === undefined && thoughts === undefined ? undefined : (plain ?? 0) + (thoughts ?? 0);
}

function cachedOf(usage: Readonly<Record<string, unknown>>): number {
  const details =
    asRecord(usage.inputTokenDetails) ??
    asRecord(usage.prompt_tokens_details) ??
    asRecord(usage.input_tokens_details) ??
    {};
  return (
    countOf(usage, "cachedInputTokens", "cache_read_input_tokens", "cachedContentTokenCount") ??
    countOf(details, "cacheReadTokens", "cached_tokens") ??
    0
  );
}

function countOf(usage: Readonly<Record<string, unknown>>, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = usage[name];
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  }
  return undefined;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
