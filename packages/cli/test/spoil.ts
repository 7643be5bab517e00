import { findHeader, type HeaderList } from "@x402-paywall/core";
import { openServer } from "@x402-paywall/proxy/testing";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type RawAnswer, rawRequest } from "../src/doctor/raw-request.ts";
import { createApp, type TestApp } from "./paywall-app.ts";

/** An answer on its way out, to be spoilt. */
export interface Spoilt {
  status: number;
  headers: HeaderList;
  body: Uint8Array;
}

export type Spoil = (answer: Spoilt, request: IncomingMessage) => void;

/** A mistake that somebody has made in a server of theirs. */
export interface WrongServer {
  readonly name: string;
  /** Ids of the checks that have to name it, and no others. */
  readonly faults: readonly string[];
  /** Doctor is to pay, too. */
  readonly pays?: true;
  readonly path?: string;
  /** Answers itself in place of the right server. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Rewrites what is asked of the right server. */
  readonly ask?: (target: string) => string;
  /** Changes what the right server answered. */
  readonly spoil?: Spoil;
}

export const content = '{"sky":"clear"}';

export function set(headers: HeaderList, name: string, value: string | undefined): HeaderList {
  const rest = headers.filter(([field]) => field.toLowerCase() !== name.toLowerCase());
  return value === undefined ? rest : [...rest, [name, value]];
}

/** Only the 402. */
export function on402(change: Spoil): Spoil {
  return (answer, request) => {
    if (answer.status === 402) change(answer, request);
  };
}

/** Only what was paid for. */
export function onPaid(change: (answer: Spoilt) => void): Spoil {
  return (answer, request) => {
    if (answer.status === 200 && request.method === "GET") change(answer);
  };
}

interface Required402 {
  x402Version: number;
  error?: string;
  readonly resource: { url: string };
  readonly accepts: readonly [Record<string, unknown> & { readonly extra: Record<string, string> }];
}

/** The JSON inside of `PAYMENT-REQUIRED`. */
export function changeX402(
  change: (required: Required402) => void,
  encoding: "base64" | "base64url" = "base64",
): Spoil {
  return on402((answer) => {
    const required: Required402 = JSON.parse(
      Buffer.from(findHeader(answer.headers, "payment-required") ?? "", "base64").toString(),
    );
    change(required);
    answer.headers = set(
      answer.headers,
      "PAYMENT-REQUIRED",
      Buffer.from(JSON.stringify(required)).toString(encoding),
    );
    const body = JSON.parse(Buffer.from(answer.body).toString());
    // A page has no JSON in it.
    answer.body = Buffer.from(JSON.stringify({ ...body, accepts: required.accepts }));
  });
}

/** Each line of `WWW-Authenticate`. */
export function changeAuth(change: (lines: readonly string[]) => readonly string[]): Spoil {
  return on402((answer) => {
    const lines = answer.headers.filter(([name]) => name.toLowerCase() === "www-authenticate");
    answer.headers = [
      ...set(answer.headers, "WWW-Authenticate", undefined),
      ...change(lines.map(([, value]) => value)).map((line) => ["WWW-Authenticate", line] as const),
    ];
  });
}

export const give = (response: ServerResponse, status = 200): true => {
  response.writeHead(status, { "content-type": "application/json" }).end(content);
  return true;
};

export const has = (request: IncomingMessage, ...names: readonly string[]): boolean =>
  names.some((name) => request.headers[name] !== undefined);

export const credentials = ["authorization", "payment-signature", "x-payment"];

/** The right server behind one that makes a mistake; like a careless proxy it reads an answer whole before it passes it on. */
export async function startWrongServer(wrong: WrongServer): Promise<TestApp> {
  const front = await openServer();
  const behind = await openServer();
  const app = createApp(front.origin);
  behind.use(app.listener);
  front.use((request, response) => {
    pass(wrong, new URL(behind.origin), request, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  const close = async (): Promise<void> => void (await Promise.all([front.close(), behind.close()]));
  return { origin: front.origin, served: app.served, close };
}

async function pass(
  wrong: WrongServer,
  origin: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (wrong.instead?.(request, response) === true) return;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const sent = Object.entries(request.headers).filter(
    ([name]) => !["connection", "content-length"].includes(name),
  );
  const raw: RawAnswer = await rawRequest({
    origin,
    target: wrong.ask?.(request.url ?? "") ?? request.url ?? "",
    method: request.method ?? "GET",
    headers: sent.map(([name, value]) => [name, String(value)] as const),
    body: chunks.length === 0 ? undefined : Buffer.concat(chunks),
    signal: new AbortController().signal,
  });
  const answer: Spoilt = { status: raw.status, headers: raw.headers, body: raw.body };
  wrong.spoil?.(answer, request);
  const kept = answer.headers.filter(
    ([name]) => !/^(?:content-length|transfer-encoding|connection|keep-alive)$/i.test(name),
  );
  response.writeHead(answer.status, kept.flat());
  response.end(request.method === "HEAD" ? undefined : answer.body);
}
