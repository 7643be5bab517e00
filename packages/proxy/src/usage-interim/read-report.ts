import type { Json, JsonObject, Usage } from "@x402-paywall/core";
import { isJsonObject } from "@x402-paywall/core";
import { readPicoUsd } from "./pico-usd.ts";

/** What an upstream said about its usage so far. `final`: also about the output. */
export interface Report {
  readonly usage: Usage;
  readonly final: boolean;
}

/**
 * The usage inside of an event or a body, in the words of OpenAI (chat, completions, responses), Anthropic, Gemini and
 * OpenRouter; told apart by shape. `undefined` where there is none, or where a figure is no count.
 * @param text The JSON's own text: costs are read from its digits.
 */
export function readReport(json: Json, text: string): Report | undefined {
  if (!isJsonObject(json)) return undefined;
  const report = readShape(json, text);
  const counts = [report?.usage.inputTokens, report?.usage.cachedInputTokens, report?.usage.outputTokens];
  return counts.includes(Number.NaN) ? undefined : report;
}

function readShape(json: JsonObject, text: string): Report | undefined {
  if (isJsonObject(json.usageMetadata)) return readGemini(json.usageMetadata);
  const { message, response, type } = json;
  // Anthropic begins with what the input cost and a first token, and ends with what the output was.
  if (type === "message_start" && isJsonObject(message) && isJsonObject(message.usage))
    return { usage: readAnthropic(message.usage), final: false };
  if (isJsonObject(response) && isJsonObject(response.usage)) return readResponses(response.usage, text);
  const { usage } = json;
  if (!isJsonObject(usage)) return undefined;
  if ("prompt_tokens" in usage || "completion_tokens" in usage) return readChat(usage, text);
  if (type === "message_delta" || type === "message" || "cache_read_input_tokens" in usage)
    return { usage: readAnthropic(usage), final: true };
  return "input_tokens" in usage || "output_tokens" in usage ? readResponses(usage, text) : undefined;
}

/** OpenAI counts cached tokens inside of the prompt's. */
function readChat(usage: JsonObject, text: string): Report {
  return { usage: withCached(usage.prompt_tokens, usage.prompt_tokens_details, usage.completion_tokens, text), final: true };
}

function readResponses(usage: JsonObject, text: string): Report {
  return { usage: withCached(usage.input_tokens, usage.input_tokens_details, usage.output_tokens, text), final: true };
}

function withCached(input: Json | undefined, details: Json | undefined, output: Json | undefined, text: string): Usage {
  const all = count(input ?? 0);
  const cached = isJsonObject(details) ? count(details.cached_tokens ?? 0) : 0;
  const cost = readPicoUsd(text);
  return {
    inputTokens: cached > all ? Number.NaN : all - cached,
    cachedInputTokens: cached,
    outputTokens: count(output ?? 0),
    ...(cost === undefined ? {} : { costPicoUsd: cost }),
  };
}

/** Anthropic counts cached tokens beside the input; writing the cache is input. A delta may name the output alone. */
function readAnthropic(usage: JsonObject): Usage {
  const { input_tokens: input, cache_creation_input_tokens: created, cache_read_input_tokens: read } = usage;
  return {
    ...(input === undefined ? {} : { inputTokens: count(input) + count(created ?? 0) }),
    ...(read === undefined ? {} : { cachedInputTokens: count(read ?? 0) }),
    ...(usage.output_tokens === undefined ? {} : { outputTokens: count(usage.output_tokens) }),
  };
}

/** Thoughts are output; cached content is part of the prompt. */
function readGemini(usage: JsonObject): Report {
  const prompt = count(usage.promptTokenCount ?? 0) + count(usage.toolUsePromptTokenCount ?? 0);
  const cached = count(usage.cachedContentTokenCount ?? 0);
  const output = count(usage.candidatesTokenCount ?? 0) + count(usage.thoughtsTokenCount ?? 0);
  return {
    usage: {
      inputTokens: cached > prompt ? Number.NaN : prompt - cached,
      cachedInputTokens: cached,
      outputTokens: output,
    },
    final: true,
  };
}

/** NaN for what is no count: the whole report is then not believed. */
function count(value: Json): number {
  if (value === null) return 0;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}
