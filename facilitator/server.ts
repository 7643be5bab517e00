import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { PaywallError, toProblem } from "@x402-paywall/core";
import type { Facilitator } from "./facilitator.ts";
import type { Log } from "./log.ts";
import { readPaymentRequest } from "./payment-request.ts";
import { readJsonBody } from "./read-json-body.ts";

export interface ServerOptions {
  readonly facilitator: Facilitator;
  /** SHA-256 of the bearer token. */
  readonly tokenDigest: Buffer;
  readonly log: Log;
  /** Whether the process is about to end: then `/readyz` says so. */
  readonly isStopping: () => boolean;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Route = (request: IncomingMessage) => Promise<Answer> | Answer;

const DOCS = "https://github.com/x402-paywall/x402-paywall/blob/main/docs/facilitator.md#problems";

/** The facilitator protocol of x402 v2 over HTTP; what costs gas needs the bearer token. */
export function createFacilitatorServer(options: ServerOptions): Server {
  const { facilitator, log, isStopping } = options;
  const read = async (request: IncomingMessage) => {
    // Before the body: nobody without the token keeps us busy.
    requireToken(request, options.tokenDigest);
    return readPaymentRequest(await readJsonBody(request));
  };
  const routes: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
    "/verify": { POST: async (request) => ok(await facilitator.verify(await read(request))) },
    "/settle": { POST: async (request) => ok(await facilitator.settle(await read(request))) },
    "/supported": { GET: () => ok(facilitator.supported()) },
    "/healthz": { GET: () => ok({ status: "ok" }) },
    "/readyz": {
      GET: async () => {
        const faults = await facilitator.faults();
        const networks = Object.fromEntries([...faults].map(([name, fault]) => [name, fault ?? "ok"]));
        const isReady = !isStopping() && [...faults.values()].every((fault) => fault === undefined);
        return { status: isReady ? 200 : 503, body: { status: isReady ? "ok" : "not ready", networks } };
      },
    },
  };
  const server = createServer(
    { requestTimeout: 15_000, headersTimeout: 10_000, keepAliveTimeout: 30_000 },
    (request, response) => {
      answer(routes, request)
        .then(
          // A connection that is kept open would keep the process alive.
          ({ status, body }) => reply(response, status, body, isStopping() ? { Connection: "close" } : {}),
          (error: unknown) => replyProblem(response, error, log),
        )
        .catch((error: unknown) => log.error("An answer could not be written", error));
    },
  );
  server.maxHeadersCount = 100;
  return server;
}

async function answer(
  routes: Readonly<Record<string, Readonly<Record<string, Route>>>>,
  request: IncomingMessage,
): Promise<Answer> {
  const [path = "/"] = (request.url ?? "/").split("?");
  if (!Object.hasOwn(routes, path)) throw new PaywallError("not_found");
  const route = routes[path]?.[request.method ?? ""];
  if (route === undefined) throw new PaywallError("method_not_allowed");
  return route(request);
}

function requireToken({ headers }: IncomingMessage, digest: Buffer): void {
  const [, token = ""] = /^Bearer (\S+)$/i.exec(headers.authorization ?? "") ?? [];
  const given = createHash("sha256").update(token).digest();
  if (!timingSafeEqual(given, digest))
    throw new PaywallError("unauthorized", { detail: "Authorization: Bearer <FACILITATOR_TOKEN> is needed" });
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function replyProblem(response: ServerResponse, error: unknown, log: Log): void {
  const known = error instanceof PaywallError ? error : new PaywallError("internal", { cause: error });
  if (known.code === "internal") log.error("A request failed", known.options.cause);
  const { retryAfter } = known.options;
  reply(response, known.status, toProblem(known, DOCS), {
    "Content-Type": "application/problem+json",
    ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
    ...(known.code === "unauthorized" ? { "WWW-Authenticate": "Bearer" } : {}),
    // What was not read of the request is not waited for.
    Connection: "close",
  });
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Content-Length": Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
