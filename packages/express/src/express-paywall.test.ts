import { buyL402, openServer, type OpenServer } from "@x402-paywall/proxy/testing";
import express, { type Express } from "express";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundle, createPaywall, type ExpressPaywall, metered, PaywallConfigError, usageOf } from "./index.ts";

const secret = "express-paywall-secret-0123456789";
let server: OpenServer;
let app: Express;
let paywall: ExpressPaywall;

beforeEach(async () => {
  server = await openServer();
  paywall = createPaywall({
    secret,
    url: server.origin,
    routes: { "GET /listed": "$0.01", "POST /sized": sized },
  });
  app = express();
  server.use(app);
});
afterEach(() => server.close());

async function sized({ json }: { json(): Promise<unknown> }): Promise<"$0.05" | "$0.01"> {
  return JSON.stringify(await json()).length > 20 ? "$0.05" : "$0.01";
}

async function paid(path: string, init: RequestInit = {}): Promise<Response> {
  const { method = "GET", body } = init;
  const asked = { method, headers: [["content-type", "application/json"]] as const };
  const sent = typeof body === "string" ? { ...asked, body: Buffer.from(body) } : asked;
  const [name, value] = await buyL402(server.origin, path, sent);
  return fetch(`${server.origin}${path}`, {
    ...init,
    headers: { "content-type": "application/json", [name]: value },
  });
}

it("serves what Express answers with: json, send, a file, a pipe, an empty end", async () => {
  app.get("/json", paywall.charge("$0.01"), (_request, response) => void response.json({ sky: "blue" }));
  app.get("/send", paywall.charge("$0.01"), (_request, response) => void response.status(201).send("made"));
  app.get("/file", paywall.charge("$0.01"), (_request, response) =>
    response.sendFile(fileURLToPath(import.meta.url)),
  );
  app.get("/pipe", paywall.charge("$0.01"), (_request, response) =>
    pipeline(Readable.from(["a", "b", "c"]), response),
  );
  app.get("/end", paywall.charge("$0.01"), (_request, response) => void response.status(204).end());
  app.use(paywall);
  expect(await (await paid("/json")).json()).toEqual({ sky: "blue" });
  const sent = await paid("/send");
  expect([sent.status, sent.headers.get("content-length"), await sent.text()]).toEqual([201, "4", "made"]);
  const file = await paid("/file");
  expect([file.headers.get("content-length"), await file.text()]).toEqual([
    String((await import("node:fs")).statSync(import.meta.filename).size),
    (await import("node:fs")).readFileSync(import.meta.filename, "utf8"),
  ]);
  expect(await (await paid("/pipe")).text()).toBe("abc");
  expect((await paid("/end")).status).toBe(204);
});

it("charges a route once, where a rule and the route both name a price", async () => {
  app.use(paywall);
  app.get("/listed", paywall.charge("$0.05"), (_request, response) => void response.json({ ok: true }));
  const answer = await paid("/listed");
  expect(answer.status).toBe(200);
});

it("asks the price of a route whose request somebody else has looked at, and of one that a rule gives away", async () => {
  const free = createPaywall({ secret, url: server.origin, routes: { "/*": "$0" } });
  app.use((request, _response, next) => {
    usageOf(request);
    next();
  });
  app.use(paywall, free);
  app.get("/listed", (_request, response) => void response.json({ ok: true }));
  app.get("/priced", paywall.charge("$0.05"), (_request, response) => void response.json({ ok: true }));
  for (const path of ["/listed", "/priced"]) {
    expect([path, (await fetch(`${server.origin}${path}`)).status]).toEqual([path, 402]);
    expect([path, (await paid(path)).status]).toEqual([path, 200]);
  }
});

it("keeps a bundle to the route that sold it, whatever its parameters", async () => {
  const price = bundle("$0.10", { uses: 3 });
  app.use(paywall);
  app.get("/users/:id", paywall.charge(price), (request, response) => void response.json(request.params));
  app.get("/other", paywall.charge(price), (_request, response) => void response.json({}));
  const first = await paid("/users/1");
  expect(await first.json()).toEqual({ id: "1" });
  const headers = { authorization: `Bearer ${first.headers.get("paywall-access-token") ?? ""}` };
  expect((await fetch(`${server.origin}/users/2`, { headers })).status).toBe(200);
  expect((await fetch(`${server.origin}/other`, { headers })).status).toBe(402);
});

it("leaves the body to the parser after a price has looked at it", async () => {
  app.use(paywall, express.json());
  app.post("/sized", (request, response) => void response.json({ got: request.body }));
  const answer = await paid("/sized", { method: "POST", body: JSON.stringify({ text: "x".repeat(50_000) }) });
  expect(((await answer.json()) as { got: { text: string } }).got.text).toHaveLength(50_000);
});

it("says what to do where a parser stands before it", async () => {
  app.use(express.json(), paywall);
  const answer = await fetch(`${server.origin}/sized`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"a":1}',
  });
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
    500,
    "The request body was read before the paywall: mount it before the body parser.",
  ]);
});

it("counts what a compressor behind it would hide", async () => {
  app.use(paywall);
  app.get(
    "/zipped",
    paywall.charge(metered({ megabyte: "$1", deposit: "$0.50" })),
    async (request, response) => {
      if (request.headers["accept-encoding"]?.includes("gzip") !== true)
        return void response.send("plain".repeat(100));
      response.setHeader("content-encoding", "gzip");
      await pipeline(Readable.from(["plain".repeat(100)]), createGzip(), response);
    },
  );
  const answer = await paid("/zipped");
  expect(await answer.text()).toBe("plain".repeat(100));
});

it("hands errors to Express, uncharged", async () => {
  app.use(paywall);
  app.get("/throws", paywall.charge("$0.01"), () => {
    throw new Error("broken");
  });
  app.use(
    (_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(503).json({ mine: true });
    },
  );
  const answer = await paid("/throws");
  expect([answer.status, await answer.json(), answer.headers.get("paywall-receipt")]).toEqual([
    503,
    { mine: true },
    null,
  ]);
});

it("ends a metered stream with its receipt, charged by what the handler reported", async () => {
  app.use(paywall);
  app.get(
    "/told",
    paywall.charge(metered({ outputTokens: "$2", deposit: "$0.25" })),
    async (request, response) => {
      response.setHeader("content-type", "text/event-stream");
      for (let round = 0; round < 5; round++) {
        response.write(`data: ${round}\n\n`);
        usageOf(request).add({ outputTokens: 100 });
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      response.end();
    },
  );
  const text = await (await paid("/told")).text();
  const [, encoded = ""] = /: payment-receipt (\S+)/.exec(text) ?? [];
  expect(JSON.parse(Buffer.from(encoded, "base64url").toString())).toMatchObject({ charged: "0.001" });
});

it("has its own report for each request without a price, too", async () => {
  app.use(paywall);
  app.get("/free", (request, response) => {
    usageOf(request).add({ units: 2 });
    response.json({ total: usageOf(request).total });
  });
  expect(await (await fetch(`${server.origin}/free`)).json()).toEqual({ total: { units: 2 } });
});

it("asks the price of what the target was rewritten to", async () => {
  app.use((request, _response, next) => {
    request.url = request.url.replace(/^\/v1/, "");
    next();
  });
  app.use(paywall);
  app.get("/listed", (_request, response) => void response.json({}));
  expect((await fetch(`${server.origin}/v1/listed`)).status).toBe(402);
  expect((await paid("/v1/listed")).status).toBe(200);
});

it("fails at start, naming field and fix", () => {
  expect(() => createPaywall({ secret, url: server.origin, routes: { "GET /x": "1 EUR" as "$1" } })).toThrow(
    PaywallConfigError,
  );
  expect(() => paywall.charge("$-1")).toThrow(/price: "\$-1" is negative/);
  expect(() => paywall.gateway("ftp://x", "$1")).toThrow(/gateway: "ftp:\/\/x" is no http\(s\) URL/);
});

it("asks the price of what a free request is rewritten to", async () => {
  const both = createPaywall({ secret, url: server.origin, routes: { "/*": "$0", "GET /dear": "$0.05" } });
  app.use((request, _response, next) => {
    if (request.url === "/alias") request.url = "/dear";
    next();
  });
  app.use(both);
  app.get("/dear", (_request, response) => void response.json({}));
  expect((await fetch(`${server.origin}/alias`)).status).toBe(402);
  expect((await paid("/alias")).status).toBe(200);
});

it("keeps a pass to the methods of the route that sold it", async () => {
  app.use(paywall);
  app.get(
    "/both",
    paywall.charge(bundle("$0.10", { uses: 3 })),
    (_request, response) => void response.json({}),
  );
  app.post(
    "/both",
    paywall.charge(bundle("$1", { uses: 3 })),
    (_request, response) => void response.json({}),
  );
  const first = await paid("/both");
  const headers = { authorization: `Bearer ${first.headers.get("paywall-access-token") ?? ""}` };
  expect((await fetch(`${server.origin}/both`, { method: "HEAD", headers })).status).toBe(200);
  expect((await fetch(`${server.origin}/both`, { method: "POST", headers })).status).toBe(402);
});
