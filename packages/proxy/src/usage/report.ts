import { parsePicoUsd } from "./pico-usd.ts";
import type { UsageFormat } from "./usage-reader.ts";

/** Token counts of one report; absent: not said. */
export interface ReportedTokens {
  /** Neither read from a cache nor written to one. */
  readonly input?: number;
  /** Written to a cache: input as well. */
  readonly created?: number;
  readonly cached?: number;
  /** Everything that the model wrote up to here, reasoning included. */
  readonly output?: number;
}

export interface Report {
  readonly format: UsageFormat;
  readonly tokens: ReportedTokens;
  readonly costPicoUsd?: bigint;
}

/** Where a report was found. */
export interface ReportPlace {
  /** At the start of a message: its output is not a count yet. */
  readonly start: boolean;
  /** Something was written before: what is not said of the output is not nothing. */
  readonly hasText: boolean;
}

/** Numbers of a usage object by the names of `answer-paths.ts`, as JSON text. */
export type Counts = ReadonlyMap<string, string>;

/** @returns `"garbage"` where a number makes no sense, `undefined` where there is none. */
export function readReport(counts: Counts, place: ReportPlace): Report | "garbage" | undefined {
  const numbers = new Map<string, number>();
  for (const [name, source] of counts) {
    if (source === "null" || name === "cost") continue;
    const value = parseCount(source);
    if (value === undefined) return "garbage";
    numbers.set(name, value);
  }
  const cost = counts.get("cost");
  const costPicoUsd = cost === undefined || cost === "null" ? undefined : parsePicoUsd(cost);
  if (cost !== undefined && cost !== "null" && costPicoUsd === undefined) return "garbage";
  const report = readTokens(numbers, place);
  if (report === "garbage") return "garbage";
  if (costPicoUsd === undefined) return report;
  return { format: "openai-chat", tokens: {}, ...report, costPicoUsd };
}

/** An integer from 0 to 2^53 - 1, however it is written. */
export function parseCount(source: string): number | undefined {
  if (!/^[0-9.eE+-]+$/.test(source)) return undefined;
  const value = Number(source);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function readTokens(
  numbers: ReadonlyMap<string, number>,
  place: ReportPlace,
): Report | "garbage" | undefined {
  if (numbers.has("prompt_tokens") || numbers.has("completion_tokens")) return readChat(numbers, place);
  if (numbers.has("promptTokenCount") || numbers.has("candidatesTokenCount"))
    return readGemini(numbers, place);
  if (numbers.has("input_tokens") || numbers.has("output_tokens")) return readMessages(numbers, place);
  return undefined;
}

/** `prompt_tokens` includes the cached ones. Embeddings have no `completion_tokens`. */
function readChat(numbers: ReadonlyMap<string, number>, place: ReportPlace): Report | "garbage" {
  const prompt = numbers.get("prompt_tokens");
  const total = numbers.get("total_tokens");
  const cached = numbers.get("prompt_cached") ?? numbers.get("prompt_cache_hit_tokens") ?? 0;
  const rest = total !== undefined && prompt !== undefined ? total - prompt : undefined;
  const output = numbers.get("completion_tokens") ?? rest ?? (place.hasText ? undefined : 0);
  return withoutCached("openai-chat", prompt, cached, output);
}

/** `promptTokenCount` includes the cached ones; early chunks may say nothing of their output. */
function readGemini(numbers: ReadonlyMap<string, number>, place: ReportPlace): Report | "garbage" {
  const prompt = numbers.get("promptTokenCount");
  const input = prompt === undefined ? undefined : prompt + (numbers.get("toolUsePromptTokenCount") ?? 0);
  const written = numbers.get("candidatesTokenCount") ?? (place.hasText ? undefined : 0);
  const output = written === undefined ? undefined : written + (numbers.get("thoughtsTokenCount") ?? 0);
  return withoutCached("gemini", input, numbers.get("cachedContentTokenCount") ?? 0, output);
}

/** Anthropic's three kinds of input exclude each other; in the Responses API the input includes the cached. */
function readMessages(numbers: ReadonlyMap<string, number>, place: ReportPlace): Report | "garbage" {
  const input = numbers.get("input_tokens");
  const output = numbers.get("output_tokens");
  if (numbers.has("total_tokens") || numbers.has("input_cached")) {
    return withoutCached("openai-responses", input, numbers.get("input_cached") ?? 0, output);
  }
  const created = numbers.get("cache_creation_input_tokens");
  const cached = numbers.get("cache_read_input_tokens");
  if (!Number.isSafeInteger((input ?? 0) + (created ?? 0))) return "garbage";
  return {
    format: "anthropic",
    tokens: {
      ...(input === undefined ? {} : { input }),
      ...(created === undefined ? {} : { created }),
      ...(cached === undefined ? {} : { cached }),
      ...(output === undefined || place.start ? {} : { output }),
    },
  };
}

function withoutCached(
  format: UsageFormat,
  input: number | undefined,
  cached: number,
  output: number | undefined,
): Report | "garbage" {
  if (input !== undefined && (cached > input || !Number.isSafeInteger(input))) return "garbage";
  if (output !== undefined && (output < 0 || !Number.isSafeInteger(output))) return "garbage";
  return {
    format,
    tokens: {
      ...(input === undefined ? {} : { input: input - cached, cached }),
      ...(output === undefined ? {} : { output }),
    },
  };
}
