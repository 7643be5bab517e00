import { Agent } from "undici";
import type { Dispatcher } from "undici";
import type { Answer } from "../checker/histories.ts";
import type { Slot } from "./fleet.ts";

export interface Resource {
  readonly slug: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the slug, with its query: `/a?n=1`. */
  readonly path: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly complete: boolean;
}

/** The sockets of all payers. Close it at the end. */
export function openSockets(): Agent {
  return new Agent({ connections: null, pipelining: 1, connect: { timeout: 2_000 }, headersTimeout: 20_000 });
}

/** One request, to its end or to where it broke. Never throws: status 0 says that nothing came back. */
export async function ask(
  agent: Agent,
  origin: string,
  { method, slug, path }: Resource,
  headers: Readonly<Record<string, string>>,
): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let answer: Dispatcher.ResponseData | undefined;
  let complete = false;
  try {
    answer = await agent.request({
      origin,
      method,
      path: `/p/${slug}${path}`,
      headers: { accept: "application/json", ...headers },
    });
    for await (const chunk of answer.body) chunks.push(Buffer.from(chunk));
    complete = true;
  } catch {
    // What arrived until then is kept.
  }
  return {
    status: answer?.statusCode ?? 0,
    headers: answer?.headers ?? {},
    body: Buffer.concat(chunks),
    complete,
  };
}

export interface PresentedAnswer extends Answer {
  /** Seconds. */
  readonly retryAfter: number;
  /** Of the first answer to a payment for more than one request. */
  readonly accessToken?: string;
}

/** Presents a credential once and writes down what came of it. */
export async function present(
  agent: Agent,
  slot: Slot,
  resource: Resource,
  headers: Readonly<Record<string, string>>,
): Promise<PresentedAnswer> {
  const gateway = slot.process.name;
  const startedAt = Date.now();
  const { status, headers: fields, body, complete } = await ask(agent, slot.origin, resource, headers);
  const { code, origin } = readBody(body);
  const receiptId = fields["paywall-receipt"];
  const accessToken = fields["paywall-access-token"];
  return {
    startedAt,
    endedAt: Date.now(),
    status,
    complete,
    bytes: body.length,
    gateway,
    retryAfter: Number(fields["retry-after"] ?? 0),
    ...(code === undefined ? {} : { code }),
    ...(origin === undefined ? {} : { origin }),
    ...(typeof receiptId === "string" ? { receiptId } : {}),
    ...(typeof accessToken === "string" ? { accessToken } : {}),
  };
}

/** The members of an answer that its reader must not confuse. */
function readBody(body: Buffer): { readonly code?: string; readonly origin?: string } {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value !== "object" || value === null) return {};
    const { code, origin } = Object.fromEntries(Object.entries(value));
    return {
      ...(typeof code === "string" ? { code } : {}),
      ...(typeof origin === "string" ? { origin } : {}),
    };
  } catch {
    return {};
  }
}
