import type { RequestFormat } from "./request-format.ts";

/** Where a request may limit the output: member names from the root. */
export interface LimitPlace {
  readonly path: readonly [string] | readonly [string, string];
}

export interface OutputLimits {
  /** Limits that may be there; all that are there are lowered. */
  readonly places: readonly LimitPlace[];
  /** Set where none is there; absent: nothing may be added. */
  readonly added?: LimitPlace;
  /** Answers that each have the limit (`n`). */
  readonly answers: number;
  /** A lower limit would be refused by the API. */
  readonly least: number;
}

type Body = Readonly<Record<string, unknown>>;
const maxTokens: LimitPlace = { path: ["max_tokens"] };
const maxCompletionTokens: LimitPlace = { path: ["max_completion_tokens"] };
const maxOutputTokens: LimitPlace = { path: ["max_output_tokens"] };
const generationConfig: LimitPlace = { path: ["generationConfig", "maxOutputTokens"] };
const generationConfigs: readonly LimitPlace[] = [
  generationConfig,
  { path: ["generationConfig", "max_output_tokens"] },
  { path: ["generation_config", "max_output_tokens"] },
  { path: ["generation_config", "maxOutputTokens"] },
];

export function outputLimits(format: RequestFormat, body: Body): OutputLimits {
  switch (format) {
    case "openai-chat": {
      const answers = Math.max(natural(body["n"]), natural(body["best_of"]));
      const places = [maxTokens, maxCompletionTokens];
      return { places, added: chatLimit(body["model"]), answers, least: 1 };
    }
    case "openai-responses":
      return { places: [maxOutputTokens], added: maxOutputTokens, answers: 1, least: 16 };
    case "anthropic":
      return {
        places: [maxTokens],
        added: maxTokens,
        answers: 1,
        least: thinkingBudget(body["thinking"]) + 1,
      };
    case "gemini": {
      const configs = [body["generationConfig"], body["generation_config"]].filter(isObject);
      const answers = Math.max(
        1,
        ...configs.flatMap((config) => [
          natural(config["candidateCount"]),
          natural(config["candidate_count"]),
        ]),
      );
      const inSnakeCase = body["generation_config"] !== undefined;
      const added: LimitPlace = inSnakeCase
        ? { path: ["generation_config", "max_output_tokens"] }
        : generationConfig;
      return { places: generationConfigs, added, answers, least: 1 };
    }
    default:
      // Both APIs that it may be call it so.
      return { places: [maxTokens], answers: natural(body["n"]), least: 1 };
  }
}

/** Reasoning models of OpenAI refuse `max_tokens`, many servers know nothing else. */
function chatLimit(model: unknown): LimitPlace {
  return typeof model === "string" && /^(?:.*\/)?(?:o\d|gpt-[5-9])/.test(model)
    ? maxCompletionTokens
    : maxTokens;
}

function thinkingBudget(thinking: unknown): number {
  return isObject(thinking) && thinking["type"] === "enabled" ? natural(thinking["budget_tokens"]) : 0;
}

function natural(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 1;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
