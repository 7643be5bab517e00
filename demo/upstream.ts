import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { breakOff, wasBrokenOff } from "./break-off.ts";
import { replyJson } from "./reply.ts";
import * as chat from "./routes/chat.ts";
import * as control from "./routes/control.ts";
import { files } from "./routes/files.ts";
import * as api from "./routes/json-api.ts";
import { messages } from "./routes/messages.ts";
import * as streams from "./routes/streams.ts";
import { countIn, createStats, noteAbort } from "./stats.ts";
import type { DemoStats } from "./stats.ts";
import type { Route, Visit } from "./visit.ts";

const exact: Readonly<Record<string, Route>> = {
  "/v1": api.index,
  "/v1/": api.index,
  "/v1/weather": api.weather,
  "/v1/premium/report": api.premiumReport,
  "/v1/echo": api.echo,
  "/v1/chat/completions": chat.chatCompletions,
  "/v1/messages": messages,
  "/v1/story": chat.story,
  "/page.html": api.page,
  "/upload": api.upload,
  "/sse": streams.sse,
  "/silent": streams.silent,
  "/control/hang": control.hang,
  "/control/drip": control.drip,
  "/control/truncate": control.truncate,
  "/control/reset": (visit) =>
    visit.request.method === "POST" ? control.forget(visit) : control.reset(visit),
  "/control/garbage": control.garbage,
  "/control/redirect": control.redirect,
  "/control/headers": control.headers,
};
/** What steers the upstream itself: neither counted nor made to fail. */
const steering: Readonly<Record<string, Route>> = {
  "GET /control/stats": control.showStats,
  "POST /control/reset": control.forget,
  "POST /control/fail-next": control.failNext,
};
const prefixes: readonly (readonly [prefix: string, route: Route])[] = [
  ["/v1/quotes/", api.quotes],
  ["/v1/echo/", api.echo],
  ["/files/", files],
  ["/control/status/", control.status],
];

/**
 * The demo upstream, which is the tests' upstream too: a JSON API, OpenAI- and Anthropic-style streams, files, and
 * control paths that make it fail on command. Not listening yet; a stream stops as soon as its client leaves.
 */
export function createDemoUpstream(): Server {
  const stats = createStats();
  const server = createServer((request, response) => void serve(request, response, stats));
  // Above any keep-alive timeout of a proxy in between, so that it is never this side that closes an idle socket.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  return server;
}

async function serve(request: IncomingMessage, response: ServerResponse, stats: DemoStats): Promise<void> {
  const [path, query] = splitTarget(request.url ?? "/");
  const gone = new AbortController();
  const visit: Visit = {
    request,
    response,
    path,
    query: new URLSearchParams(query),
    stats,
    gone: gone.signal,
  };
  const steer = steering[`${request.method} ${path}`];
  try {
    if (steer) return await steer(visit);
    countIn(stats.hits, path);
    const key = request.headers["idempotency-key"];
    if (typeof key === "string") countIn(stats.runs, key);
    watch(response, request.url ?? "/", gone, stats);
    await (takeFailure(stats) ?? findRoute(path))(visit);
  } catch {
    response.destroy();
  }
}

/** A client that leaves is counted, and its stream told so. */
function watch(response: ServerResponse, target: string, gone: AbortController, stats: DemoStats): void {
  stats.open++;
  response.once("close", () => {
    stats.open--;
    if (response.writableFinished || wasBrokenOff(response)) return;
    noteAbort(stats, target);
    gone.abort();
  });
}

function takeFailure(stats: DemoStats): Route | undefined {
  const { times, status } = stats.fail;
  if (times === 0) return undefined;
  stats.fail = { times: times - 1, status };
  return status === 0 ? (visit) => breakOff(visit, "reset") : (visit) => control.replyStatus(visit, status);
}

function findRoute(path: string): Route {
  const route = Object.hasOwn(exact, path)
    ? exact[path]
    : prefixes.find(([prefix]) => path.startsWith(prefix))?.[1];
  return route ?? ((visit) => replyJson(visit, 404, { error: "Not found", path }));
}

function splitTarget(target: string): readonly [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}
