import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import type { Asked, AskOptions } from "./ask.ts";
import { startContractUpstream } from "./contract-upstream.ts";
import type { ContractUpstream } from "./contract-upstream.ts";

/** A gateway that serves the contract's upstream, whichever way in it is. */
export interface GatewayHarness {
  /** Public URL of an endpoint (prefix match) whose upstream is `<upstream origin>/base`: `http://127.0.0.1:4020/p/contract`. */
  readonly baseUrl: string;
  /** Header fields that make the next request of that method and path a paid one; none where the endpoint is free. */
  readonly credential?: (method: string, path: string) => Promise<readonly (readonly [string, string])[]>;
  close(): Promise<void>;
}

export interface GatewayContractOptions {
  /** Starts the gateway with an endpoint for that upstream; its address must be open in the egress policy. */
  readonly start: (upstreamOrigin: string) => Promise<GatewayHarness>;
  /** Where the upstream must listen, because the gateway's policy was fixed before; default: any free port. */
  readonly upstreamPort?: number;
  /** A framework stands in between that frames bodies and spells queries its own way: neither is compared then. */
  readonly behindFramework?: boolean;
  /** How long a stream is silent, twice, in the test of silence. Default 1,000. */
  readonly silenceMs?: number;
  /** Open event streams at once. Default 200. */
  readonly streams?: number;
  /** Default 64 MiB. */
  readonly downloadBytes?: number;
}

const MIB = 1024 * 1024;
const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** What payers and upstreams see of a gateway, over real sockets; run it over each way in. */
export function describeGatewayContract(name: string, options: GatewayContractOptions): void {
  describe(`gateway contract: ${name}`, () => {
    let upstream: ContractUpstream;
    let harness: GatewayHarness;
    beforeAll(async () => {
      upstream = await startContractUpstream(options.upstreamPort);
      harness = await options.start(upstream.origin);
    });
    afterAll(async () => {
      await harness.close();
      await upstream.close();
    });
    const context: ContractContext = {
      upstream: () => upstream,
      home: () => new URL(harness.baseUrl).pathname,
      call: async (path, request = {}) => {
        const method = request.method ?? "GET";
        const paid = (await harness.credential?.(method, path)) ?? [];
        const own = Array.isArray(request.headers) ? request.headers : Object.entries(request.headers ?? {});
        return ask(`${harness.baseUrl}${path}`, { ...request, headers: [...own, ...paid] });
      },
    };
    checkStreams(context, options);
    checkBodies(context, options);
    checkHeads(context, options);
    checkFailures(context);
  });
}

interface ContractContext {
  readonly upstream: () => ContractUpstream;
  /** Path of the endpoint at the gateway. */
  readonly home: () => string;
  readonly call: (path: string, request?: AskOptions) => Promise<Asked>;
}

function checkStreams({ call, upstream }: ContractContext, options: GatewayContractOptions): void {
  it("passes the first event on while the upstream goes on", async () => {
    const asked = await call("/sse?gap=250");
    const started = Date.now();
    const events: { readonly sentAt: number; readonly seenAt: number }[] = [];
    for await (const chunk of asked.message) {
      for (const match of String(chunk).matchAll(/data: \d (\d+)/g))
        events.push({ sentAt: Number(match[1]), seenAt: Date.now() });
    }
    expect(asked.headers["content-type"]).toBe("text/event-stream");
    expect(events).toHaveLength(3);
    for (const { sentAt, seenAt } of events) expect(seenAt - sentAt).toBeLessThan(50);
    expect(Date.now() - started).toBeGreaterThan(400);
  });

  it("aborts the upstream when the payer leaves", async () => {
    const { streams } = upstream();
    const before = streams.left;
    const asked = await call("/sse?gap=5000");
    await new Promise((resolve) => asked.message.once("data", resolve));
    const left = performance.now();
    asked.leave();
    await expect.poll(() => streams.left, { interval: 2, timeout: 1000 }).toBe(before + 1);
    expect(performance.now() - left).toBeLessThan(1000);
  });

  it(`keeps ${options.streams ?? 200} event streams open at once`, async () => {
    const count = options.streams ?? 200;
    const all = await Promise.all(Array.from({ length: count }, () => call("/sse?gap=400")));
    expect(upstream().streams.open).toBe(count);
    const bodies = await Promise.all(all.map((asked) => asked.body()));
    for (const body of bodies) expect(String(body).match(/data:/g)).toHaveLength(3);
  });

  const silenceMs = options.silenceMs ?? 1_000;
  it("survives a silence", { timeout: 10_000 + 3 * silenceMs }, async () => {
    const asked = await call(`/sse?gap=${silenceMs}`);
    expect(String(await asked.body()).match(/data:/g)).toHaveLength(3);
  });
}

function checkBodies({ call }: ContractContext, options: GatewayContractOptions): void {
  it("carries an upload of 20 MiB whole", async () => {
    const body = randomBytes(20 * MIB);
    const asked = await call("/hash", {
      method: "POST",
      body,
      headers: { "content-length": String(body.length) },
    });
    expect(JSON.parse(String(await asked.body()))).toEqual({
      bytes: body.length,
      sha256: sha256(body),
      length: String(body.length),
      encoding: null,
    });
  });

  it("carries a chunked upload as it comes", async () => {
    const parts = Array.from({ length: 30 }, () => randomBytes(50_000));
    const asked = await call("/hash", { method: "PUT", body: Readable.from(parts) });
    const whole = Buffer.concat(parts);
    expect(JSON.parse(String(await asked.body()))).toMatchObject({
      bytes: whole.length,
      sha256: sha256(whole),
    });
  });

  it("carries an empty POST", async () => {
    const asked = await call("/hash", { method: "POST", headers: { "content-length": "0" } });
    expect(JSON.parse(String(await asked.body()))).toMatchObject({ bytes: 0, encoding: null });
  });

  it("carries a download whole, also to a slow reader", async () => {
    const count = options.downloadBytes ?? 64 * MIB;
    const asked = await call(`/bytes?count=${count}`);
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of asked.message) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      if (Buffer.isBuffer(chunk)) hash.update(chunk);
      bytes += chunk.length;
    }
    expect(bytes).toBe(count);
    expect(hash.digest("hex")).toBe(sha256(Buffer.alloc(count, "0123456789abcdef")));
    if (options.behindFramework !== true) expect(asked.headers["content-length"]).toBe(String(count));
  });
}

function checkHeads({ call }: ContractContext, { behindFramework = false }: GatewayContractOptions): void {
  const length = (bytes: number) => (behindFramework ? undefined : String(bytes));
  const spell = (target: string) => (behindFramework ? target.toLowerCase() : target);

  it("keeps raw target and query byte for byte", async () => {
    const { target, method } = JSON.parse(
      String(await (await call("/a%2Fb/..x?q=%7e&r=a+b&s=%C3%A9")).body()),
    );
    expect(method).toBe("GET");
    expect(spell(target)).toBe(spell("/base/a%2Fb/..x?q=%7e&r=a+b&s=%C3%A9"));
  });

  it("answers HEAD without a body, with the length that GET has", async () => {
    const asked = await call("/file", { method: "HEAD" });
    expect([asked.status, asked.headers["content-length"], asked.headers.etag]).toEqual([
      200,
      length(100),
      '"v1"',
    ]);
    expect(await asked.body()).toHaveLength(0);
  });

  it("passes ranges", async () => {
    const asked = await call("/file", { headers: { range: "bytes=10-19" } });
    expect([asked.status, asked.headers["content-range"], asked.headers["content-length"]]).toEqual([
      206,
      "bytes 10-19/100",
      length(10),
    ]);
    expect(String(await asked.body())).toBe("abcdef0123");
  });

  it("passes 304 and 204", async () => {
    const fresh = await call("/file", { headers: { "if-none-match": '"v1"' } });
    expect([fresh.status, fresh.headers.etag, (await fresh.body()).length]).toEqual([304, '"v1"', 0]);
    const empty = await call("/empty");
    expect([empty.status, (await empty.body()).length]).toEqual([204, 0]);
  });

  it("keeps cookies, receipts, addresses and hop-by-hop fields from the upstream", async () => {
    const secret = "canary-7d1f";
    const names = [
      "cookie",
      "x-forwarded-for",
      "x-real-ip",
      "x-paywall-verified",
      "payment-receipt",
      "proxy-authorization",
      "x-hop",
      "te",
    ];
    const headers = [
      ...names.map((name) => [name, secret] as const),
      ["connection", "x-hop"] as const,
      ["accept", "text/x"] as const,
    ];
    const echoed = String(await (await call("/echo", { headers })).body());
    expect(echoed).not.toContain(secret);
    expect(echoed).toContain("text/x");
  });

  it("keeps what a hostile upstream sets from the payer", async () => {
    const { headers } = await call("/hostile");
    expect(headers["set-cookie"]).toBeUndefined();
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(headers["payment-receipt"]).not.toBe("forged");
    expect(headers["cache-control"]).toMatch(/^private, no-store\b/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toContain("sandbox allow-scripts allow-forms");
  });
}

function checkFailures({ call, upstream, home }: ContractContext): void {
  it.each(["/truncate", "/truncate-chunked"])("breaks off where the upstream does: %s", async (path) => {
    const asked = await call(path);
    expect(asked.status).toBe(200);
    await expect(asked.body()).rejects.toThrow();
  });

  it.each([
    ["/reset", 502, "upstream_unreachable"],
    ["/status?code=500", 502, "upstream_error"],
    ["/status?code=401", 502, "upstream_401"],
    ["/status?code=402", 502, "upstream_402"],
    ["/redirect?to=https://evil.invalid/", 502, "upstream_redirect"],
    ["/redirect?to=/outside", 502, "upstream_redirect"],
  ])("answers for %s with %d %s", async (path, status, code) => {
    const before = upstream().hits();
    const asked = await call(path);
    expect(asked.status).toBe(status);
    expect(asked.headers["content-type"]).toMatch(/^application\/problem\+json\b/);
    expect(JSON.parse(String(await asked.body()))).toMatchObject({ code, status });
    expect(upstream().hits()).toBe(before + 1);
  });

  it("passes a redirect that stays below the link, and never follows it", async () => {
    const before = upstream().hits();
    const asked = await call("/redirect?to=/base/next%3Fa%3Db");
    expect(asked.status).toBe(302);
    expect(asked.headers.location).toBe(`${home()}/next?a=b`);
    expect(upstream().hits()).toBe(before + 1);
  });

  it("passes an upstream's 404", async () => {
    const asked = await call("/status?code=404");
    expect([asked.status, String(await asked.body())]).toEqual([404, "body"]);
  });
}
