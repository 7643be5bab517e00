/**
 * The application that the adapter suite expects behind an adapter: prices, and what its handlers do. Written on
 * `Request` and `Response` alone, so that it runs in every runtime; `serveAdapterApp` is the same for Node's own objects.
 */
import type { PaywallConfig, UsageReport } from "../embed/index.ts";
import { metered, pass } from "../embed/index.ts";

/** Prices of the application, in the adapter's `routes`. */
export const adapterRoutes: NonNullable<PaywallConfig["routes"]> = {
  "/flat": "$0.01",
  "/rules/*": "$0.05",
  "GET /rules/cheap": "$0.01",
  "GET /rules/free": "$0",
  "GET /items/:id": "$0.02",
  "GET /tier": ({ query }) => (query.get("tier") === "gold" ? "$0.05" : "$0.01"),
  "POST /size": async ({ json }) => (sizeOf(await json()) > 10 ? "$0.05" : "$0.01"),
  "GET /stream": "$0.01",
  "POST /upload": "$0.01",
  "GET /fail": "$0.01",
  "GET /broken": "$0.01",
  "GET /status/*": "$0.01",
  "GET /file": "$0.01",
  "GET /cookie": "$0.01",
  "GET /units": metered({ unit: "$0.001", deposit: "$0.05" }),
  "POST /chat": metered({ inputTokens: "$0.50", outputTokens: "$2", deposit: "$0.25" }),
  "GET /pass": pass("$0.05", { hours: 1 }),
};

/** How often each path was answered, and how its streams ended. Frameworks bundle routes apart: they share the global. */
interface AdapterAppState {
  readonly runs: Record<string, number>;
  readonly streams: { open: number; left: number };
  readonly failures: Set<string>;
}

const shared: typeof globalThis & { adapterApp?: AdapterAppState } = globalThis;
shared.adapterApp ??= { runs: {}, streams: { open: 0, left: 0 }, failures: new Set() };
const { runs, streams, failures } = shared.adapterApp;

/** Answers a request of the suite. Throws where a handler of an application would. */
export async function answerAdapterApp(request: Request, usage: UsageReport): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, first = ""] = pathname.split("/");
  if (pathname === "/runs") return Response.json({ runs, streams });
  runs[pathname] = (runs[pathname] ?? 0) + 1;
  switch (first) {
    case "stream":
      return eventStream(Number(searchParams.get("gap") ?? 50));
    case "upload":
      return Response.json(await digest(request));
    case "size":
      return Response.json(await request.json());
    case "fail":
      return failOnce(searchParams.get("key") ?? "");
    case "broken":
      return brokenStream();
    case "status":
      return new Response("status", {
        status: Number(pathname.split("/")[2]),
        headers: { "www-authenticate": "Basic" },
      });
    case "file":
      return file(request);
    case "cookie":
      return cookies();
    case "units":
      return reported(Number(searchParams.get("units") ?? 1), usage);
    case "chat":
      return chat(Number(searchParams.get("tokens") ?? 10));
    default:
      return Response.json({ path: pathname, method: request.method, run: runs[pathname] });
  }
}

function sizeOf(value: unknown): number {
  return typeof value === "object" && value !== null && "size" in value ? Number(value.size) : 0;
}

/** Three events, each with the moment that it was made. */
function eventStream(gapMs: number): Response {
  const encoder = new TextEncoder();
  let sent = 0;
  streams.open++;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
      controller.enqueue(encoder.encode(`data: ${sent} ${Date.now()}\n\n`));
      if (++sent < 3) return;
      streams.open--;
      controller.close();
    },
    cancel() {
      streams.open--;
      streams.left++;
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

async function digest(request: Request): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const bytes = await request.arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return {
    bytes: bytes.byteLength,
    sha256: Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

function failOnce(key: string): Response {
  if (failures.has(key)) return Response.json({ served: key });
  failures.add(key);
  throw new Error("The handler failed after the payment");
}

/** One chunk, then an error. */
function brokenStream(): Response {
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (sent) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return controller.error(new Error("The handler broke off"));
      }
      sent = true;
      controller.enqueue(new TextEncoder().encode("half"));
    },
  });
  return new Response(body, { headers: { "content-type": "text/plain" } });
}

const FILE = "0123456789".repeat(10);

/** 100 bytes with a validator and single ranges. */
function file(request: Request): Response {
  const headers = { "content-type": "text/plain", etag: '"v1"', "accept-ranges": "bytes" };
  if (request.headers.get("if-none-match") === '"v1"')
    return new Response(null, { status: 304, headers: { etag: '"v1"' } });
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
  if (from === undefined || to === undefined)
    return new Response(FILE, { headers: { ...headers, "content-length": String(FILE.length) } });
  const part = FILE.slice(Number(from), Number(to) + 1);
  const range = {
    "content-range": `bytes ${from}-${to}/${FILE.length}`,
    "content-length": String(part.length),
  };
  return new Response(part, { status: 206, headers: { ...headers, ...range } });
}

function cookies(): Response {
  const headers = new Headers({
    "cache-control": "public, s-maxage=3600",
    "payment-receipt": "forged",
    "x-own": "kept",
  });
  headers.append("set-cookie", "a=1; Path=/");
  headers.append("set-cookie", "b=2; Path=/");
  return new Response("cookies", { headers });
}

function reported(units: number, usage: UsageReport): Response {
  usage.add({ units });
  return Response.json({ units });
}

/** An OpenAI-shaped stream that reports its own usage at the end. */
function chat(tokens: number): Response {
  const encoder = new TextEncoder();
  let sent = 0;
  const event = (value: unknown): Uint8Array => encoder.encode(`data: ${JSON.stringify(value)}\n\n`);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (sent++ < tokens)
        return controller.enqueue(
          event({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "word " } }] }),
        );
      const usage = { prompt_tokens: 20, completion_tokens: tokens, total_tokens: 20 + tokens };
      controller.enqueue(event({ object: "chat.completion.chunk", choices: [], usage }));
      controller.enqueue(encoder.encode("data: [DONE]\n\n"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
