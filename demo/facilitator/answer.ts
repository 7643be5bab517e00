import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Outcome } from "./bookings.ts";
import type { Plan } from "./misbehaviour.ts";

const MAX_BODY_BYTES = 16_384;

/** Answers as it should be. */
export function reply(
  response: ServerResponse,
  { status, body }: Outcome,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** Answers as the plan says. `outcome`: what the truth would be. */
export function replyBadly(response: ServerResponse, outcome: Outcome, plan: Plan, turn: number): void {
  const error = { error: "Misbehaving on command" };
  switch (plan.mode) {
    case "lost-reply":
      response.socket?.resetAndDestroy();
      return;
    case "timeout": {
      const timer = setTimeout(() => reply(response, outcome), plan.forMs);
      response.once("close", () => clearTimeout(timer));
      return;
    }
    case "500":
      reply(response, { status: 500, body: error });
      return;
    case "429":
      reply(response, { status: 429, body: error }, { "Retry-After": "1" });
      return;
    case "pending":
      reply(response, { status: 202, body: { ...outcome.body, state: "pending" } });
      return;
    case "garbage":
      replyGarbage(response, outcome, turn);
      return;
    case "cut": {
      const text = JSON.stringify(outcome.body);
      response.writeHead(outcome.status, { "Content-Length": Buffer.byteLength(text) });
      response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
    }
  }
}

/** Answers that look more and more like a good one. */
function replyGarbage(response: ServerResponse, { body }: Outcome, turn: number): void {
  const texts = [
    "<html>It works!</html>",
    "",
    JSON.stringify(body).slice(0, -2),
    JSON.stringify([body]),
    JSON.stringify({ state: body["state"] }),
    JSON.stringify({ ...body, paymentKey: "another" }),
    JSON.stringify({ ...body, amount: -1 }),
    JSON.stringify({ ...body, transaction: "" }),
    JSON.stringify({ ...body, state: "SETTLED" }),
  ];
  const text = texts[turn % (texts.length + 1)];
  if (text === undefined) response.socket?.end("\0\x01 not HTTP at all\r\n\r\n");
  else response.writeHead(200, { "Content-Length": Buffer.byteLength(text) }).end(text);
}

/** The body as a JSON object; `undefined` for anything else and above 16 KiB. */
export async function readInput(
  request: IncomingMessage,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
