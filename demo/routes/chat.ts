import { isRecord, openEventStream, pause, readJsonObject, replyJson, writeEvent } from "../reply.ts";
import { answerTokens, STORY_TOKENS, tellStory } from "../speech.ts";
import { readNumber } from "../visit.ts";
import type { Visit } from "../visit.ts";
import { countPrompt, limitTokens } from "./count-tokens.ts";

const MAX_TOKENS = 100_000;
const common = { id: "chatcmpl-demo", created: 1_767_225_600 };

/** An answer of a model: one token a chunk. */
interface Speech {
  readonly model: string;
  readonly tokens: Iterable<string>;
  readonly count: number;
  readonly promptTokens: number;
  /** Of the prompt's tokens. */
  readonly cachedTokens: number;
  readonly finish: "stop" | "length";
  /** Milliseconds before each token. */
  readonly delay: number;
  /** Whether the stream ends with a chunk of usage. */
  readonly reportsUsage: boolean;
}

/**
 * OpenAI's `POST /v1/chat/completions`, which honours `max_tokens`, `max_completion_tokens` and `stream_options`. `?ms=` is the
 * pause between chunks (50), `?tokens=` makes the answer so long, `?cached=` so many of the prompt's tokens cached.
 */
export async function chatCompletions(visit: Visit): Promise<void> {
  const input = await readJsonObject(visit);
  const prompt = Array.isArray(input?.["messages"]) ? input["messages"] : undefined;
  if (input === undefined || prompt === undefined) {
    return replyJson(visit, 400, {
      error: {
        message: "`messages` is required",
        type: "invalid_request_error",
        param: "messages",
        code: null,
      },
    });
  }
  const wanted = readNumber(visit, "tokens", answerTokens.length, MAX_TOKENS);
  const count = limitTokens(wanted, input["max_completion_tokens"] ?? input["max_tokens"]);
  const promptTokens = countPrompt(prompt);
  const speech: Speech = {
    model: typeof input["model"] === "string" ? input["model"] : "demo",
    tokens: visit.query.has("tokens") ? tellStory(count) : answerTokens.slice(0, count),
    count,
    promptTokens,
    cachedTokens: Math.min(promptTokens, readNumber(visit, "cached", 0, MAX_TOKENS)),
    finish: count < wanted ? "length" : "stop",
    delay: readNumber(visit, "ms", 50, 60_000),
    reportsUsage: wantsUsage(input),
  };
  return input["stream"] === true ? streamSpeech(visit, speech) : replyWhole(visit, speech);
}

/**
 * `GET /v1/story?tokens=&delay=`: a story as the chunks of a chat completion, told once unless a length is asked for. It always
 * reports its usage, because a GET has no way to ask for it.
 */
export function story(visit: Visit): Promise<void> {
  const count = Math.max(1, readNumber(visit, "tokens", STORY_TOKENS, MAX_TOKENS));
  return streamSpeech(visit, {
    model: "demo-story",
    tokens: tellStory(count),
    count,
    promptTokens: 0,
    cachedTokens: 0,
    finish: "stop",
    delay: readNumber(visit, "delay", 40, 10_000),
    reportsUsage: true,
  });
}

function replyWhole(visit: Visit, speech: Speech): void {
  const message = { role: "assistant", content: [...speech.tokens].join("") };
  replyJson(visit, 200, {
    ...common,
    model: speech.model,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: speech.finish }],
    usage: usageOf(speech),
  });
}

async function streamSpeech(visit: Visit, speech: Speech): Promise<void> {
  const base = { ...common, model: speech.model, object: "chat.completion.chunk" };
  const chunk = (delta: object, finish: string | null) => ({
    ...base,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(speech.reportsUsage ? { usage: null } : {}),
  });
  openEventStream(visit);
  writeEvent(visit, chunk({ role: "assistant", content: "" }, null));
  for (const content of speech.tokens) {
    if (!(await pause(visit, speech.delay))) return;
    writeEvent(visit, chunk({ content }, null));
  }
  writeEvent(visit, chunk({}, speech.finish));
  if (speech.reportsUsage) writeEvent(visit, { ...base, choices: [], usage: usageOf(speech) });
  writeEvent(visit, "[DONE]");
  visit.response.end();
}

function usageOf({ promptTokens, cachedTokens, count }: Speech) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: count,
    total_tokens: promptTokens + count,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}

function wantsUsage(input: Record<string, unknown>): boolean {
  const options = input["stream_options"];
  return isRecord(options) && options["include_usage"] === true;
}
