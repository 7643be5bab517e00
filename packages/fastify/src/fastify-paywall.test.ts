import { buyL402, openServer, type OpenServer } from "@x402-paywall/proxy/testing";
import fastify, { type FastifyInstance } from "fastify";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { metered, paywall, PaywallConfigError, pass } from "./index.ts";

const secret = "fastify-paywall-secret-0123456789";
let server: OpenServer;
let app: FastifyInstance;

beforeEach(async () => {
  server = await openServer();
  app = fastify({ serverFactory: (handler) => (server.use(handler), createServer()) });
  const sized = async ({ json }: { json(): Promise<unknown> }) =>
    JSON.stringify(await json()).length > 20 ? ("$0.05" as const) : ("$0.01" as const);
  await app.register(paywall, {
    secret,
    url: server.origin,
    routes: { "POST /sized": sized, "GET /decoded": "$0.01" },
  });
});
afterEach(async () => {
  await app.close();
  await server.close();
});

async function paid(path: string, init: RequestInit = {}): Promise<Response> {
  await app.ready();
  const { method = "GET", body } = init;
  const type = ["content-type", "application/json"] as const;
  const sent = typeof body === "string" ? { method, headers: [type], body: Buffer.from(body) } : { method };
  const [name, value] = await buyL402(server.origin, path, sent);
  const headers: Record<string, string> = { [name]: value };
  if (body !== undefined) headers["content-type"] = "application/json";
  return fetch(`${server.origin}${path}`, { ...init, headers });
}

it("serves what Fastify answers with: objects, strings, streams, a raw reply", async () => {
  const config = { price: "$0.01" as const };
  app.get("/object", { config }, () => ({ sky: "blue" }));
  app.get("/string", { config }, (_request, reply) => reply.code(201).send("made"));
  app.get("/stream", { config }, (_request, reply) =>
    reply.type("text/plain").send(Readable.from(["a", "b", "c"])),
  );
  app.get("/raw", { config }, (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/plain" });
    reply.raw.write("ra");
    reply.raw.end("w");
  });
  const object = await paid("/object");
  expect([object.headers.get("content-length"), await object.json()]).toEqual(["14", { sky: "blue" }]);
  const text = await paid("/string");
  expect([text.status, await text.text()]).toEqual([201, "made"]);
  expect(await (await paid("/stream")).text()).toBe("abc");
  expect(await (await paid("/raw")).text()).toBe("raw");
});

it("charges by what the handler reports", async () => {
  app.get("/units", { config: { price: metered({ unit: "$0.001", deposit: "$0.05" }) } }, (request) => {
    request.paywall.usage.add({ units: 4 });
    return { ok: true };
  });
  const answer = await paid("/units");
  const info = await fetch(answer.headers.get("payment-receipt-url") ?? "");
  expect(await info.json()).toMatchObject({ state: "settled", charged: "0.004" });
});

it("keeps a pass to the route that sold it, whatever its parameters", async () => {
  const config = { price: pass("$0.10", { hours: 1 }) };
  app.get("/users/:id", { config }, (request) => request.params);
  app.get("/other", { config }, () => ({}));
  const first = await paid("/users/1");
  const headers = { authorization: `Bearer ${first.headers.get("paywall-access-token") ?? ""}` };
  expect(await (await fetch(`${server.origin}/users/2`, { headers })).json()).toEqual({ id: "2" });
  expect((await fetch(`${server.origin}/other`, { headers })).status).toBe(402);
});

it("leaves the body to the parser after a price has looked at it", async () => {
  app.post("/sized", (request) => ({ got: request.body }));
  const answer = await paid("/sized", { method: "POST", body: JSON.stringify({ text: "x".repeat(50_000) }) });
  expect(((await answer.json()) as { got: { text: string } }).got.text).toHaveLength(50_000);
});

it("asks the price of a path that Fastify decodes", async () => {
  app.get("/decoded", () => ({ secret: true }));
  await app.ready();
  for (const path of ["/decoded", "/%64ecoded", "/%64%65coded"]) {
    expect([path, (await fetch(`${server.origin}${path}`)).status]).toEqual([path, 402]);
  }
});

it("hands errors to Fastify, uncharged", async () => {
  app.get("/throws", { config: { price: "$0.01" } }, () => {
    throw new Error("broken");
  });
  const answer = await paid("/throws");
  expect([answer.status, answer.headers.get("paywall-receipt")]).toEqual([500, null]);
});

it("is not registered behind routes that it cannot see", async () => {
  const other = fastify();
  other.get("/before", () => ({}));
  await expect(other.register(paywall, { secret, url: server.origin })).rejects.toThrow(
    "register: Routes were added before the paywall, which cannot see them. Register it first.",
  );
});

it("asks the price of what the target was rewritten to", async () => {
  app = fastify({
    rewriteUrl: ({ url = "" }) => url.replace(/^\/v1/, ""),
    serverFactory: (handler) => (server.use(handler), createServer()),
  });
  await app.register(paywall, { secret, url: server.origin, routes: { "GET /listed": "$0.01" } });
  app.get("/listed", () => ({}));
  await app.ready();
  expect((await fetch(`${server.origin}/v1/listed`)).status).toBe(402);
  expect((await paid("/v1/listed")).status).toBe(200);
});

it("fails at start, naming field and fix", async () => {
  const price = (value: unknown) => () => app.get("/x", { config: { price: value as "$1" } }, () => ({}));
  expect(price("1 EUR")).toThrow(/^config\.price of \/x: "1 EUR" is not an amount of US dollars/);
  expect(price(undefined)).toThrow(/^config\.price of \/x: A route without a price/);
  expect(price("$-1")).toThrow(PaywallConfigError);
  const other = fastify();
  await expect(other.register(paywall, { secret: "short", url: server.origin })).rejects.toMatchObject({
    field: "secret",
  });
});

it("answers its own resources in an encapsulated context, too", async () => {
  const other = fastify();
  await other.register(async (child) => {
    await child.register(paywall, { secret, url: server.origin });
  });
  expect((await other.inject("/.paywall/jwks.json")).json()).toMatchObject({ keys: [{ kty: "OKP" }] });
  expect((await other.inject("/.paywall/nothing")).statusCode).toBe(404);
});

it("keeps a pass to the methods of the route that sold it", async () => {
  app.get("/both", { config: { price: pass("$0.10", { hours: 1 }) } }, () => ({}));
  app.post("/both", { config: { price: pass("$1", { hours: 1 }) } }, () => ({}));
  const first = await paid("/both");
  const headers = { authorization: `Bearer ${first.headers.get("paywall-access-token") ?? ""}` };
  expect((await fetch(`${server.origin}/both`, { method: "HEAD", headers })).status).toBe(200);
  expect((await fetch(`${server.origin}/both`, { method: "POST", headers })).status).toBe(402);
});
