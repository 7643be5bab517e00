import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { UpstreamRuns } from "../checker/histories.ts";
import { serveTokens } from "./token-stream.ts";
import type { TokenStream } from "./token-stream.ts";

/** What the creator's server is like at the moment. */
export interface Mood {
  /** Of the requests that are answered 503. */
  failPercent: number;
  delayMs: number;
}

/** The upstream of all endpoints (`?fail-once`: the first run of each payment fails): says where it is, counts its runs, and fails or waits on command. */
export interface StormUpstream {
  readonly origin: string;
  readonly mood: Mood;
  /** Runs by `Idempotency-Key`. */
  readonly runs: Map<string, { started: number; succeeded: number }>;
  readonly streams: Map<string, TokenStream>;
  /** Answers of that path wait until the result is called. */
  hold(path: string): () => void;
  /** Runs of the given payments. */
  runsOf(paymentKeys: Iterable<string>): ReadonlyMap<string, UpstreamRuns>;
  stop(): Promise<void>;
}

/** @param random From 0 to below 1. */
export async function startUpstream(random: () => number): Promise<StormUpstream> {
  const mood: Mood = { failPercent: 0, delayMs: 0 };
  const runs: StormUpstream["runs"] = new Map();
  const streams: StormUpstream["streams"] = new Map();
  const held = new Map<string, Promise<void>>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://upstream");
    const count = countRun(runs, String(request.headers["idempotency-key"]));
    request.resume();
    await held.get(pathname);
    if (mood.delayMs > 0) await sleep(random() * mood.delayMs);
    const failsOnce = searchParams.has("fail-once") && count.started === 1;
    if (failsOnce || random() * 100 < mood.failPercent) {
      response.writeHead(503, { "Content-Length": "0" }).end();
      return;
    }
    count.succeeded++;
    const stream = searchParams.get("stream");
    if (stream === null) replyPlace(request, response, pathname);
    else {
      const key = String(request.headers["idempotency-key"]);
      await serveTokens(response, streams, { id: stream, key, tokens: Number(searchParams.get("tokens")) });
    }
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    mood,
    runs,
    streams,
    hold(path) {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(path, promise);
      return () => {
        held.delete(path);
        resolve();
      };
    },
    runsOf: (paymentKeys) =>
      new Map(
        [...paymentKeys].map((key) => [key, runs.get(idempotencyKeyOf(key)) ?? { started: 0, succeeded: 0 }]),
      ),
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What the gateway calls all attempts of one payment, as its documentation says. */
export function idempotencyKeyOf(paymentKey: string): string {
  return createHash("sha256").update(`idempotency/${paymentKey}`).digest("base64url");
}

function countRun(runs: StormUpstream["runs"], key: string): { started: number; succeeded: number } {
  const count = runs.get(key) ?? { started: 0, succeeded: 0 };
  runs.set(key, count);
  count.started++;
  return count;
}

/** `/t/<slug>/…` answers with its slug, so that nobody can be given another tenant's bytes unnoticed. */
function replyPlace(request: IncomingMessage, response: ServerResponse, pathname: string): void {
  const origin = /^\/t\/([^/]+)/.exec(pathname)?.[1] ?? "";
  const text = JSON.stringify({ origin, method: request.method, pathname });
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
