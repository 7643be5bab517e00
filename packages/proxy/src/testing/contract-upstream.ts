import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { listen } from "./listen.ts";

/** An upstream that does on command what upstreams do, and counts what reached it. */
export interface ContractUpstream {
  readonly origin: string;
  /** Requests since the start. */
  hits(): number;
  /** Streams that are open now, and those whose reader has left. */
  readonly streams: { open: number; left: number };
  close(): Promise<void>;
}

type Behaviour = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** Base path `/base`; see the behaviours for what is below. */
export async function startContractUpstream(port = 0): Promise<ContractUpstream> {
  const streams = { open: 0, left: 0 };
  let hits = 0;
  const server = createServer((request, response) => {
    hits++;
    const url = new URL(request.url ?? "/", "http://upstream");
    const behaviour = behaviours(streams)[url.pathname.replace(/^\/base/, "")] ?? echo;
    response.on("error", () => undefined);
    behaviour(request, response, url);
  });
  const origin = await listen(server, port);
  return { origin, hits: () => hits, streams, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function behaviours(streams: ContractUpstream["streams"]): Readonly<Record<string, Behaviour>> {
  return {
    "/sse": (_request, response, url) => sse(response, Number(url.searchParams.get("gap") ?? 300), streams),
    "/hash": (request, response) => void hashBody(request, response).catch(() => response.destroy()),
    "/bytes": (_request, response, url) =>
      sendBytes(response, Number(url.searchParams.get("count")), streams),
    "/file": sendFile,
    "/truncate": (_request, response) => {
      response.writeHead(200, { "content-type": "text/plain", "content-length": "100" });
      response.write("hello", () => setTimeout(() => response.destroy(), 20));
    },
    "/truncate-chunked": (_request, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("hello", () => setTimeout(() => response.destroy(), 20));
    },
    "/reset": (request) => request.socket.destroy(),
    "/status": (_request, response, url) => {
      response
        .writeHead(Number(url.searchParams.get("code")), { "content-type": "text/plain", etag: '"a"' })
        .end("body");
    },
    "/empty": (_request, response) => void response.writeHead(204).end(),
    "/redirect": (_request, response, url) => {
      response.writeHead(302, { location: url.searchParams.get("to") ?? "/base/other" }).end();
    },
    "/hostile": (_request, response) => {
      response.setHeader("set-cookie", ["__Host-session=evil; Path=/; Secure", "a=b"]);
      response.setHeader("payment-receipt", "forged");
      response.setHeader("cache-control", "public, s-maxage=3600");
      response.setHeader("access-control-allow-credentials", "true");
      response.setHeader("strict-transport-security", "max-age=0");
      response.writeHead(200, { "content-type": "text/html" }).end("<script>1</script>");
    },
  };
}

/** What arrived, as JSON. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  const { method, url, rawHeaders } = request;
  request.resume();
  request.on("end", () => {
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ method, target: url, rawHeaders }));
  });
}

function sse(response: ServerResponse, gapMs: number, streams: ContractUpstream["streams"]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  streams.open++;
  let sent = 0;
  const tick = (): void => {
    response.write(`data: ${sent} ${Date.now()}\n\n`);
    if (++sent === 3) response.end();
  };
  tick();
  const timer = setInterval(tick, gapMs);
  response.on("close", () => {
    clearInterval(timer);
    streams.open--;
    if (!response.writableFinished) streams.left++;
  });
}

async function hashBody(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    hash.update(chunk);
    bytes += chunk.length;
  }
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  const answer = { bytes, sha256: hash.digest("hex"), length: length ?? null, encoding: encoding ?? null };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

const BLOCK = Buffer.alloc(65_536, "0123456789abcdef");

/** So many bytes of a known pattern, as fast as they are taken. */
function sendBytes(response: ServerResponse, count: number, streams: ContractUpstream["streams"]): void {
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": String(count) });
  streams.open++;
  let rest = count;
  const pump = (): void => {
    while (rest > 0) {
      const chunk = rest >= BLOCK.length ? BLOCK : BLOCK.subarray(0, rest);
      rest -= chunk.length;
      if (!response.write(chunk)) return;
    }
    response.off("drain", pump).end();
  };
  response.on("drain", pump).on("close", () => {
    streams.open--;
    if (!response.writableFinished) streams.left++;
  });
  pump();
}

/** 100 bytes with validators and single ranges. */
function sendFile(request: IncomingMessage, response: ServerResponse): void {
  const file = BLOCK.subarray(0, 100);
  if (request.headers["if-none-match"] === '"v1"')
    return void response.writeHead(304, { etag: '"v1"' }).end();
  const common = { "content-type": "application/octet-stream", etag: '"v1"', "accept-ranges": "bytes" };
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (range === null) {
    response.writeHead(200, { ...common, "content-length": "100" });
    return void response.end(request.method === "HEAD" ? undefined : file);
  }
  const [from, to] = [Number(range[1]), Number(range[2])];
  response.writeHead(206, {
    ...common,
    "content-range": `bytes ${from}-${to}/100`,
    "content-length": String(to - from + 1),
  });
  response.end(file.subarray(from, to + 1));
}
