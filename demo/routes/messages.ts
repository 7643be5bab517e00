import { openEventStream, pause, readJsonObject, replyJson, writeEvent } from "../reply.ts";
import { answerTokens } from "../speech.ts";
import { readNumber } from "../visit.ts";
import type { Visit } from "../visit.ts";
import { countPrompt, limitTokens } from "./count-tokens.ts";

interface Speech {
  readonly message: object;
  readonly tokens: readonly string[];
  readonly promptTokens: number;
  readonly stopReason: "end_turn" | "max_tokens";
}

/** Anthropic's `POST /v1/messages`: named events, usage in the first and the last but one; honours `max_tokens`. */
export async function messages(visit: Visit): Promise<void> {
  const input = await readJsonObject(visit);
  const prompt = Array.isArray(input?.["messages"]) ? input["messages"] : undefined;
  if (input === undefined || prompt === undefined) {
    const error = { type: "invalid_request_error", message: "messages: Field required" };
    return replyJson(visit, 400, { type: "error", error });
  }
  const model = typeof input["model"] === "string" ? input["model"] : "demo";
  const tokens = answerTokens.slice(0, limitTokens(answerTokens.length, input["max_tokens"]));
  const speech: Speech = {
    message: { id: "msg_demo", type: "message", role: "assistant", model },
    tokens,
    promptTokens: countPrompt(prompt),
    stopReason: tokens.length < answerTokens.length ? "max_tokens" : "end_turn",
  };
  if (input["stream"] === true) return streamMessages(visit, speech);
  replyJson(visit, 200, {
    ...speech.message,
    content: [{ type: "text", text: tokens.join("") }],
    stop_reason: speech.stopReason,
    stop_sequence: null,
    usage: { input_tokens: speech.promptTokens, output_tokens: tokens.length },
  });
}

async function streamMessages(visit: Visit, speech: Speech): Promise<void> {
  const ms = readNumber(visit, "ms", 50, 60_000);
  const send = (type: string, rest: object) => writeEvent(visit, { type, ...rest }, type);
  const usage = { input_tokens: speech.promptTokens, output_tokens: 1 };
  openEventStream(visit);
  send("message_start", {
    message: { ...speech.message, content: [], stop_reason: null, stop_sequence: null, usage },
  });
  send("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
  send("ping", {});
  for (const text of speech.tokens) {
    if (!(await pause(visit, ms))) return;
    send("content_block_delta", { index: 0, delta: { type: "text_delta", text } });
  }
  send("content_block_stop", { index: 0 });
  send("message_delta", {
    delta: { stop_reason: speech.stopReason, stop_sequence: null },
    usage: { output_tokens: speech.tokens.length },
  });
  send("message_stop", {});
  visit.response.end();
}
