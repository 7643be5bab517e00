import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What the upstream knows of one stream. */
export interface TokenStream {
  /** `Idempotency-Key` of its request. */
  readonly key: string;
  sent: number;
  /** Unix milliseconds at which its socket closed; 0 while it is open. */
  closedAt: number;
  finished: boolean;
}

/** One word is one token of every tokenizer in use, wherever it stands in a text. */
const word = " the";
/** A fast model. Below the time in which a busy machine gives each process its turn, that would be measured, not billing. */
const paceMs = 16;

/** A chat completion as OpenAI streams it: one token an event, usage at the end. */
export async function serveTokens(
  response: ServerResponse,
  streams: Map<string, TokenStream>,
  { id, key, tokens }: { readonly id: string; readonly key: string; readonly tokens: number },
): Promise<void> {
  const stream: TokenStream = { key, sent: 0, closedAt: 0, finished: false };
  streams.set(id, stream);
  response.once("close", () => (stream.closedAt = Date.now()));
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
  response.flushHeaders();
  while (stream.sent < tokens && stream.closedAt === 0) {
    response.write(formatToken(id));
    stream.sent++;
    await sleep(paceMs);
  }
  if (stream.closedAt !== 0) return;
  stream.finished = true;
  response.end(formatUsage(id, stream.sent));
}

/** How many tokens are in the bytes that a payer got. */
export function countTokens(text: string): number {
  return text.split(`"content":"${word}"`).length - 1;
}

function formatToken(id: string): string {
  return formatEvent({ id, ...kind, choices: [{ index: 0, delta: { content: word }, finish_reason: null }] });
}

function formatUsage(id: string, tokens: number): string {
  const usage = { prompt_tokens: 0, completion_tokens: tokens, total_tokens: tokens };
  return `${formatEvent({ id, ...kind, choices: [], usage })}data: [DONE]\n\n`;
}

const kind = { object: "chat.completion.chunk", created: 1_800_000_000, model: "storm" };

function formatEvent(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
