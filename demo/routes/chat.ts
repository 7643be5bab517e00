import { isRecord, openEventStream, pause, readJsonObject, replyJson, writeEvent } from "../reply.ts";
import { readNumber } from "../visit.ts";
import type { Visit } from "../visit.ts";

const words =
  "Paid, and here it is: each word leaves the server when it is ready, and the paywall lets it through untouched.";
/** Small pieces, as a model would send them: at least ten, so that a stream can be told from one block. */
const pieces = words.split(/(?<= )/);

/** OpenAI's `POST /v1/chat/completions`: `?ms=` is the pause between chunks (50). */
export async function chatCompletions(visit: Visit): Promise<void> {
  const input = await readJsonObject(visit);
  const model = typeof input?.["model"] === "string" ? input["model"] : "demo";
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
  const usage = countUsage(prompt);
  const base = { id: "chatcmpl-demo", created: 1_767_225_600, model };
  if (input["stream"] === true) return streamChat(visit, base, usage, wantsUsage(input));
  const message = { role: "assistant", content: words };
  replyJson(visit, 200, {
    ...base,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage,
  });
}

async function streamChat(visit: Visit, base: object, usage: object, withUsage: boolean): Promise<void> {
  const ms = readNumber(visit, "ms", 50, 60_000);
  const chunk = (delta: object, finish: string | null) => ({
    ...base,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(withUsage ? { usage: null } : {}),
  });
  openEventStream(visit);
  writeEvent(visit, chunk({ role: "assistant", content: "" }, null));
  for (const content of pieces) {
    if (!(await pause(visit, ms))) return;
    writeEvent(visit, chunk({ content }, null));
  }
  writeEvent(visit, chunk({}, "stop"));
  if (withUsage) writeEvent(visit, { ...base, object: "chat.completion.chunk", choices: [], usage });
  writeEvent(visit, "[DONE]");
  visit.response.end();
}

/** Anthropic's `POST /v1/messages`: named events, usage in the first and the last but one. */
export async function messages(visit: Visit): Promise<void> {
  const input = await readJsonObject(visit);
  const prompt = Array.isArray(input?.["messages"]) ? input["messages"] : undefined;
  if (input === undefined || prompt === undefined) {
    const error = { type: "invalid_request_error", message: "messages: Field required" };
    return replyJson(visit, 400, { type: "error", error });
  }
  const model = typeof input["model"] === "string" ? input["model"] : "demo";
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = countUsage(prompt);
  const message = { id: "msg_demo", type: "message", role: "assistant", model };
  if (input["stream"] === true) return streamMessages(visit, message, inputTokens, outputTokens);
  replyJson(visit, 200, {
    ...message,
    content: [{ type: "text", text: words }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: outputTokens },
  });
}

async function streamMessages(visit: Visit, message: object, input: number, output: number): Promise<void> {
  const ms = readNumber(visit, "ms", 50, 60_000);
  const send = (type: string, rest: object) => writeEvent(visit, { type, ...rest }, type);
  const usage = { input_tokens: input, output_tokens: 1 };
  openEventStream(visit);
  send("message_start", {
    message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage },
  });
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  send("ping", {});
  for (const text of pieces) {
    if (!(await pause(visit, ms))) return;
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
  }
  send("content_block_stop", { index: 0 });
  send("message_delta", {
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: output },
  });
  send("message_stop", {});
  visit.response.end();
}

/** Four characters are a token here; what matters is that it is always the same count. */
function countUsage(prompt: readonly unknown[]) {
  const characters = prompt
    .map((item) => JSON.stringify(isRecord(item) ? item["content"] : item) ?? "")
    .join("").length;
  const promptTokens = Math.max(1, Math.ceil(characters / 4));
  return {
    prompt_tokens: promptTokens,
    completion_tokens: pieces.length,
    total_tokens: promptTokens + pieces.length,
  };
}

function wantsUsage(input: Record<string, unknown>): boolean {
  const options = input["stream_options"];
  return isRecord(options) && options["include_usage"] === true;
}
