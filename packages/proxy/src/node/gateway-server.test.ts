import net from "node:net";
import { Readable } from "node:stream";
import { PaywallError } from "@x402-paywall/core";
import { afterEach, describe, expect, it } from "vitest";
import type { Decision } from "../decision.ts";
import type { Upstream } from "../endpoint.ts";
import { ask } from "../testing/ask.ts";
import { startContractUpstream } from "../testing/contract-upstream.ts";
import type { ContractUpstream } from "../testing/contract-upstream.ts";
import { listen } from "../testing/listen.ts";
import { createOpenPaywall } from "../testing/open-paywall.ts";
import type { OpenPaywall } from "../testing/open-paywall.ts";
import { sendRaw } from "../testing/raw-socket.ts";
import { createEgress, createEgressPolicy, createGatewayServer, jsonAnswer } from "./index.ts";
import type { GatewayServer, GatewayServerOptions } from "./index.ts";

interface World {
  readonly upstream: ContractUpstream;
  readonly paywall: OpenPaywall;
  readonly gateway: GatewayServer;
  readonly origin: string;
  readonly port: number;
}

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function startWorld(
  overrides: Partial<Upstream> = {},
  options: Partial<GatewayServerOptions> = {},
): Promise<World> {
  const upstream = await startContractUpstream();
  const paywall = createOpenPaywall(upstream.origin, overrides);
  const egress = createEgress(createEgressPolicy({ allow: new URL(upstream.origin).host }));
  const gateway = createGatewayServer(paywall, {
    egress,
    docsBase: "https://paywall.example/docs",
    ...options,
  });
  const origin = await listen(gateway.server);
  stops.push(() => Promise.all([gateway.close(0), egress.destroy(), upstream.close()]));
  return { upstream, paywall, gateway, origin, port: Number(new URL(origin).port) };
}

const unpaid: Decision = {
  kind: "refused",
  head: { status: 402, headers: [["Content-Length", "4"]] },
  body: Buffer.from("pay!"),
};

describe("request bodies", () => {
  it("B548 refuses more than the endpoint takes, declared or not", async () => {
    const { origin, upstream, paywall } = await startWorld({ maxRequestBytes: 100_000 });
    const declared = await ask(`${origin}/p/open/hash`, { method: "POST", body: Buffer.alloc(100_001) });
    expect([declared.status, JSON.parse(String(await declared.body())).code]).toEqual([
      413,
      "payload_too_large",
    ]);
    expect(upstream.hits()).toBe(0);
    const chunks = Readable.from(Array.from({ length: 30 }, () => Buffer.alloc(10_000)));
    const chunked = await ask(`${origin}/p/open/hash`, { method: "POST", body: chunks });
    expect(chunked.status).toBe(413);
    expect(paywall.ends).toEqual(
      Array.from({ length: 2 }, () => ({ end: "fail", code: "payload_too_large" })),
    );
  });

  it("B545 gives up on a body that stalls, with 408", async () => {
    const { port, paywall } = await startWorld({ idleTimeoutMs: 100 });
    const slow = "POST /p/open/hash HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhi";
    const { text, closed } = await sendRaw(port, slow, 2000);
    expect([text.slice(0, 13), closed]).toEqual(["HTTP/1.1 408 ", true]);
    expect(paywall.ends).toEqual([{ end: "fail", code: "request_timeout" }]);
  });

  it("does not call a body stalled that the upstream does not take", async () => {
    const { origin, paywall } = await startWorld({ idleTimeoutMs: 200, headTimeoutMs: 400 });
    const asked = await ask(`${origin}/p/open/sse?gap=150`, {
      method: "POST",
      body: Buffer.alloc(9_000_000),
    });
    expect(asked.status).toBe(200);
    expect(String(await asked.body())).toContain("data: 2");
    await expect.poll(() => paywall.ends.length).toBe(1);
  });

  it("asks for a body only when it is wanted", async () => {
    const { port, paywall } = await startWorld();
    const head = "POST /p/open/hash HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    const granted = await new Promise<string>((resolve) => {
      let text = "";
      const socket = net.connect(port, "127.0.0.1", () => socket.write(head));
      socket.on("data", (chunk) => {
        text += String(chunk);
        if (text.includes("100 Continue") && !text.includes("200 OK")) socket.write("hello");
        if (text.includes('"bytes":5')) socket.destroy();
      });
      socket.on("close", () => resolve(text));
    });
    expect(granted).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    paywall.refuse = () => unpaid;
    const { text, closed } = await sendRaw(port, head, 500);
    expect(text).toMatch(/^HTTP\/1\.1 402 /);
    expect(text).toContain("Connection: close");
    expect(closed).toBe(true);
  });

  it("hands the engine a body to hash, and the upstream the same bytes", async () => {
    const { origin, paywall } = await startWorld();
    const bodies: string[] = [];
    const reading = (authorize: OpenPaywall["authorize"]) => {
      paywall.refuse = (request) => {
        paywall.refuse = undefined;
        return (request.readBody?.(50_000_000) ?? Promise.reject(new Error("no body"))).then(async (body) => {
          bodies.push(String(body));
          return authorize(request);
        });
      };
    };
    for (const body of [Buffer.from("hello"), Readable.from([Buffer.from("hel"), Buffer.from("lo")])]) {
      reading(paywall.authorize);
      const asked = await ask(`${origin}/p/open/hash`, { method: "POST", body });
      expect(JSON.parse(String(await asked.body()))).toMatchObject({ bytes: 5, length: "5", encoding: null });
    }
    reading(paywall.authorize);
    await (await ask(`${origin}/p/open/echo`)).body();
    expect(bodies).toEqual(["hello", "hello", ""]);
    reading(paywall.authorize);
    const large = await ask(`${origin}/p/open/hash`, {
      method: "POST",
      body: Buffer.alloc(8 * 1024 * 1024 + 1),
    });
    expect(large.status).toBe(413);
  });

  it("lets an unwanted body run out, so that the connection serves again", async () => {
    const { port, paywall } = await startWorld();
    paywall.refuse = () => unpaid;
    const post = `POST /p/open/hash HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n${"x".repeat(200_000)}`;
    const { text } = await sendRaw(port, post + post, 300);
    expect(text.match(/HTTP\/1\.1 402 /g)).toHaveLength(2);
  });

  it("serves the next request of a connection whose body nobody read to its end", async () => {
    const { port } = await startWorld();
    const post = `POST /p/open/status?code=404 HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n${"x".repeat(8_000_000)}`;
    const { text } = await sendRaw(
      port,
      `${post}GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
      3000,
    );
    expect(text).toMatch(/^HTTP\/1\.1 404 [^]*HTTP\/1\.1 200 /);
  });

  it("passes on an answer that comes before the body has gone", async () => {
    const { origin } = await startWorld();
    const asked = await ask(`${origin}/p/open/status?code=404`, {
      method: "POST",
      body: Buffer.alloc(5_000_000),
    });
    expect([asked.status, String(await asked.body())]).toEqual([404, "body"]);
  });
});

describe("the end of a grant", () => {
  it("is complete when the last byte left, and not before", async () => {
    const { origin, paywall } = await startWorld();
    await (await ask(`${origin}/p/open/bytes?count=100000`)).body();
    await expect.poll(() => paywall.ends).toEqual([{ end: "finish", complete: true, bytes: 100_000 }]);
    await (await ask(`${origin}/p/open/file`, { method: "HEAD" })).body();
    await expect.poll(() => paywall.ends[1]).toEqual({ end: "finish", complete: true, bytes: 0 });
    const stopped = await ask(`${origin}/p/open/bytes?count=50000000`);
    await new Promise((resolve) => stopped.message.once("data", resolve));
    stopped.leave();
    await expect.poll(() => paywall.ends[2]).toMatchObject({ end: "finish", complete: false });
  });

  it("comes without an upstream where the payer leaves before the decision", async () => {
    const { port, paywall, upstream } = await startWorld();
    const authorize = paywall.authorize;
    paywall.refuse = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 80));
      paywall.refuse = undefined;
      return authorize(request);
    };
    await sendRaw(port, "GET /p/open/echo HTTP/1.1\r\nHost: a\r\n\r\n", 20);
    await expect.poll(() => paywall.ends).toEqual([{ end: "finish", complete: false, bytes: 0 }]);
    expect(upstream.hits()).toBe(0);
  });

  it("aborts the payer's connection where the upstream broke off", async () => {
    const { origin, paywall } = await startWorld();
    await expect((await ask(`${origin}/p/open/truncate-chunked`)).body()).rejects.toThrow();
    expect(paywall.ends).toEqual([{ end: "finish", complete: false, bytes: 5 }]);
  });
});

describe("our own answers", () => {
  it("serves its resources, and a problem for what is not there", async () => {
    const resources = new Map([
      ["/.well-known/jwks.json", () => jsonAnswer(200, { keys: [] }, "public, max-age=300")],
    ]);
    const { origin } = await startWorld({}, { resources, isReady: () => false });
    const jwks = await ask(`${origin}/.well-known/jwks.json`);
    expect([jwks.status, String(await jwks.body())]).toEqual([200, '{"keys":[]}']);
    const head = await ask(`${origin}/.well-known/jwks.json`, { method: "HEAD" });
    expect([head.headers["content-length"], (await head.body()).length]).toEqual(["11", 0]);
    const post = await ask(`${origin}/healthz`, { method: "POST" });
    expect([post.status, post.headers.allow?.includes("GET")]).toEqual([405, true]);
    expect((await ask(`${origin}/healthz`)).status).toBe(200);
    expect((await ask(`${origin}/readyz`)).status).toBe(503);
    const missing = await ask(`${origin}/nowhere`);
    expect([missing.status, JSON.parse(String(await missing.body()))]).toEqual([
      404,
      expect.objectContaining({ code: "not_found", type: "https://paywall.example/docs/not-found" }),
    ]);
  });

  it("says nothing of what went wrong inside", async () => {
    const errors: unknown[] = [];
    const { origin, paywall } = await startWorld({}, { onError: (error) => errors.push(error) });
    paywall.refuse = () => Promise.reject(new Error("secret"));
    const asked = await ask(`${origin}/p/open`);
    const body = String(await asked.body());
    expect(asked.status).toBe(500);
    expect(body).not.toContain("secret");
    paywall.refuse = () => {
      throw new PaywallError("store_unavailable", { retryAfter: 2 });
    };
    const away = await ask(`${origin}/p/open`);
    expect([away.status, away.headers["retry-after"]]).toEqual([503, "2"]);
    expect(errors).toEqual([expect.objectContaining({ message: "secret" })]);
  });
});

describe("close", () => {
  it("lets streams finish, takes nothing new, and says so", async () => {
    const { origin, gateway, paywall } = await startWorld();
    const stream = await ask(`${origin}/p/open/sse?gap=100`);
    const body = stream.body();
    const started = performance.now();
    const closed = gateway.close(5000);
    await expect(ask(`${origin}/readyz`)).rejects.toThrow();
    expect(String(await body).match(/data:/g)).toHaveLength(3);
    await closed;
    expect(performance.now() - started).toBeLessThan(2000);
    expect(paywall.ends).toEqual([expect.objectContaining({ complete: true })]);
  });

  it("cuts what is left when the time is up, and finishes the grants", async () => {
    const { origin, gateway, paywall } = await startWorld();
    const body = (await ask(`${origin}/p/open/sse?gap=60000`)).body();
    const broken = expect(body).rejects.toThrow();
    await gateway.close(100);
    await broken;
    expect(paywall.ends).toEqual([expect.objectContaining({ end: "finish", complete: false })]);
  });

  it("answers on a connection that is open already, once more", async () => {
    const { gateway, paywall, port } = await startWorld();
    let finish: () => void = () => undefined;
    paywall.refuse = () => new Promise((resolve) => (finish = () => resolve(unpaid)));
    const raw = sendRaw(port, "GET /p/open HTTP/1.1\r\nHost: a\r\n\r\n", 1000);
    await expect.poll(() => paywall.seen.length).toBe(1);
    const closed = gateway.close(1000);
    finish();
    const { text } = await raw;
    expect(text).toContain("402");
    expect(text).toContain("Connection: close");
    await closed;
  });
});

describe("memory", () => {
  it("stays flat while 1 GiB passes, and with readers that stall", async () => {
    const { origin, paywall } = await startWorld();
    const gib = 1024 ** 3;
    const warm = await ask(`${origin}/p/open/bytes?count=50000000`);
    for await (const chunk of warm.message) void chunk;
    const before = process.memoryUsage.rss();
    let peak = 0;
    let bytes = 0;
    const stalled = await Promise.all([1, 2, 3, 4].map(() => ask(`${origin}/p/open/bytes?count=${gib}`)));
    for (const { message } of stalled) message.pause();
    const asked = await ask(`${origin}/p/open/bytes?count=${gib}`);
    let checked = 0;
    for await (const chunk of asked.message) {
      bytes += chunk.length;
      if (bytes - checked > 16_000_000) {
        checked = bytes;
        peak = Math.max(peak, process.memoryUsage.rss());
      }
    }
    for (const { leave } of stalled) leave();
    expect(bytes).toBe(gib);
    expect((peak - before) / 1024 ** 2).toBeLessThan(100);
    await expect.poll(() => paywall.ends.length).toBe(6);
  });
});
