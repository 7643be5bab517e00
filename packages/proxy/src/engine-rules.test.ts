import { readFileSync } from "node:fs";
import { findHeader } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import {
  buyL402,
  buyMpp,
  buyX402,
  createWorld,
  granted,
  headerOf,
  jsonBody,
  makeEndpoint,
  nodeCrypto,
  serve,
} from "../test/engine-fixtures.ts";
import { STYLE_HASH } from "./problem-page.ts";
import type { PaymentPageInput } from "@x402-paywall/core";

const TARGET = "/p/demo/v1/x";
const price = (amount: bigint, version = 1) => ({ model: "per-request", amount, version }) as const;

describe("the price", () => {
  interface Case {
    readonly id: string;
    readonly name: string;
    readonly method?: string;
    readonly path: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly status: number;
    readonly amount?: string;
  }
  const cases: readonly Case[] = JSON.parse(
    readFileSync(new URL("../cases/price-routes.json", import.meta.url), "utf8"),
  );
  const routes = [
    { id: "rt_free", methods: ["GET"], path: "/free", price: price(0n) },
    { id: "rt_dear", methods: ["GET"], path: "/v1/premium", price: price(90_000n) },
    { id: "rt_post", methods: ["POST"], path: "/v1/*", price: price(70_000n) },
  ];

  it.each(cases.map((each) => [`${each.id} ${each.name}`, each] as const))("%s", async (_, each) => {
    const world = createWorld({}, makeEndpoint({ routes }));
    const decision = await world.get(`/p/demo${each.path}`, each.headers ?? [], {
      method: each.method ?? "GET",
    });
    if (each.status === 200) {
      granted(decision);
      return;
    }
    const body = jsonBody(decision);
    expect(body.status).toBe(each.status);
    if (each.amount !== undefined) expect(body).toMatchObject({ price: { amount: each.amount } });
  });

  it("of a quote is honoured until it expires, whatever becomes of the endpoint", async () => {
    const world = createWorld();
    const headers = [
      (await buyL402(world, TARGET)).headers,
      await buyX402(world, TARGET),
      await buyMpp(world, TARGET),
    ];
    world.endpoints.set(
      "demo",
      makeEndpoint({ version: 2, defaultPrice: price(20_000n, 2), wires: ["mpp"] }),
    );
    world.now += 290_000;
    for (const each of headers) await serve(granted(await world.get(TARGET, each)));
    expect(world.store.receipts().map(({ amount }) => amount)).toEqual([10_000n, 10_000n, 10_000n]);
  });

  it("of an expired quote is not: a fresh challenge, and the payment is not used", async () => {
    const world = createWorld();
    const headers = [
      (await buyL402(world, TARGET)).headers,
      await buyX402(world, TARGET),
      await buyMpp(world, TARGET),
    ];
    world.now += 301_000;
    for (const each of headers) {
      const refused = await world.get(TARGET, each);
      expect(jsonBody(refused)).toMatchObject({ status: 402, code: "payment_expired" });
      expect(headerOf(refused, "payment-required")).toBeDefined();
    }
    expect(world.store.receipts()).toEqual([]);
  });

  it("may be nothing where the creator says so, and then nobody is asked", async () => {
    const world = createWorld({}, makeEndpoint({ routes }));
    await serve(granted(await world.get("/p/demo/free")));
    await world.paywall.flush();
    expect(world.store.events()).toMatchObject([{ kind: "free", receiptId: null }]);
  });
});

describe("credentials", () => {
  it("B404-B407 come alone: two are refused and neither is used", async () => {
    const world = createWorld();
    const l402 = (await buyL402(world, TARGET)).headers;
    const x402 = await buyX402(world, TARGET);
    const value = x402[0]?.[1] ?? "";
    const pairs = [
      [...l402, ...x402],
      [...x402, ["PAYMENT-SIGNATURE", value]],
      [...x402, ["X-PAYMENT", value]],
      [...l402, ...l402],
    ] as const;
    for (const headers of pairs)
      expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ status: 400 });
    await serve(granted(await world.get(TARGET, l402)));
  });

  it("B416-B420 of Lightning are refused with a fresh challenge when anything is off", async () => {
    const world = createWorld();
    const { token, preimage } = await buyL402(world, TARGET);
    const bytes = Buffer.from(token, "base64");
    const bad = [`${token}:${"ab".repeat(32)}`, `${bytes.subarray(0, -32).toString("base64")}:${preimage}`];
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      bad.push(`${flipped.toString("base64")}:${preimage}`);
    }
    for (const each of bad) {
      const decision = await world.get(TARGET, [["Authorization", `L402 ${each}`]]);
      expect(jsonBody(decision).status).toBe(402);
      expect(headerOf(decision, "www-authenticate")).toMatch(/^L402 /);
    }
    expect(world.store.receipts()).toEqual([]);
  });

  it("of TEST buy nothing in LIVE", async () => {
    const live = makeEndpoint({ mode: "live" });
    const world = createWorld();
    const headers = [(await buyL402(world, TARGET)).headers, await buyX402(world, TARGET)];
    world.endpoints.set("demo", live);
    for (const each of headers) {
      const decision = await world.get(TARGET, each);
      expect(decision.kind).toBe("refused");
      expect(jsonBody(decision).status).toBeGreaterThanOrEqual(400);
    }
    const asLive = createWorld({ rails: [{ ...world.rail, mode: "live" }] }, live);
    expect(jsonBody(await asLive.get(TARGET))).toMatchObject({ status: 503, code: "rail_unavailable" });
  });
});

describe("a body-bound endpoint", () => {
  const bound = makeEndpoint({ binding: { query: true, body: true } });
  const body = (text: string) => ({
    method: "POST",
    bodySha256: Buffer.from(nodeCrypto.sha256(Buffer.from(text))).toString("base64url"),
  });

  it.each(["l402", "x402"] as const)("takes %s payments for the body that was quoted only", async (wire) => {
    const world = createWorld({}, bound);
    const headers =
      wire === "l402"
        ? (await buyL402(world, TARGET, body("one"))).headers
        : await buyX402(world, TARGET, {}, body("one"));
    expect(jsonBody(await world.get(TARGET, headers, body("two")))).toMatchObject({
      status: 402,
      code: "body_mismatch",
    });
    expect(jsonBody(await world.get("/p/demo/v1/y", headers, body("one")))).toMatchObject({
      status: 402,
      code: "wrong_resource",
    });
    await serve(granted(await world.get(TARGET, headers, body("one"))));
  });

  it("reads the body once where the transport did not hash it", async () => {
    const world = createWorld({}, bound);
    let reads = 0;
    const readBody = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array(++reads));
    await world.get(TARGET, [["Authorization", "L402 AgEC:zz"]], { method: "POST", readBody });
    expect(reads).toBe(1);
  });
});

describe("an endpoint that does not serve", () => {
  it.each([
    ["paused", 503, "paused", "300"],
    ["archived", 410, "gone", undefined],
  ] as const)("(%s) says so and uses no payment", async (status, code, problem, retryAfter) => {
    const world = createWorld();
    const { headers } = await buyL402(world, TARGET);
    world.endpoints.set("demo", makeEndpoint({ status }));
    const refused = await world.get(TARGET, headers);
    expect(jsonBody(refused)).toMatchObject({
      status: code,
      code: problem,
      detail: expect.stringContaining("not used up"),
    });
    expect(headerOf(refused, "retry-after")).toBe(retryAfter);
    expect(jsonBody(await world.get(TARGET)).detail).not.toContain("payment");
    world.endpoints.set("demo", makeEndpoint());
    await serve(granted(await world.get(TARGET, headers)));
  });

  it("that is unknown is 404, and one that cannot be looked up 503", async () => {
    expect(jsonBody(await createWorld().get("/p/none"))).toMatchObject({ status: 404, code: "not_found" });
    const broken = createWorld({ endpoints: { find: () => Promise.reject(new Error("down")) } });
    expect(jsonBody(await broken.get(TARGET))).toMatchObject({ status: 503, code: "store_unavailable" });
    expect((await createWorld().get("/healthz")).kind).toBe("passthrough");
  });

  it("of one URL serves nothing below it", async () => {
    const { upstream } = makeEndpoint();
    const exact = makeEndpoint({
      upstream: { ...upstream, match: "exact", basePath: "/file.bin", baseQuery: "v=1" },
    });
    const world = createWorld({}, exact);
    expect(jsonBody(await world.get("/p/demo/x"))).toMatchObject({ status: 404 });
    const { headers } = await buyL402(world, "/p/demo?d=2");
    expect(granted(await world.get("/p/demo?d=2", headers)).upstreamTarget).toBe("/file.bin?v=1&d=2");
  });
});

describe("what is refused whatever it costs", () => {
  it.each([
    ["TRACE", { method: "TRACE" }, [], 405],
    ["CONNECT", { method: "CONNECT", target: "evil:443" }, [], 405],
    ["a WebSocket", {}, [["Upgrade", "WebSocket"]], 501],
    ["a service worker", {}, [["Service-Worker", "script"]], 403],
    ["a target that is not canonical", { target: "/p/demo/../x" }, [], 400],
  ] as const)("%s", async (_, more, headers, status) => {
    expect(jsonBody(await createWorld().get(TARGET, headers, more))).toMatchObject({ status });
  });

  it("a request that passed through here before", async () => {
    const world = createWorld();
    const { headers } = await buyL402(world, TARGET);
    const sent = granted(await world.get(TARGET, headers)).upstreamHeaders;
    const loop = findHeader(sent, "cdn-loop") ?? "";
    for (const name of ["CDN-Loop", "Via"]) {
      expect(jsonBody(await world.get(TARGET, [[name, `other, ${loop}`]]))).toMatchObject({ status: 508 });
    }
    expect(jsonBody(await createWorld({ selfHosts: ["api.example.com"] }).get(TARGET))).toMatchObject({
      status: 508,
    });
  });

  it("nothing of a preflight: it is answered here", async () => {
    const decision = await createWorld().get(TARGET, [["Access-Control-Request-Method", "POST"]], {
      method: "OPTIONS",
    });
    expect(decision).toMatchObject({ kind: "refused", head: { status: 204 }, body: new Uint8Array(0) });
    expect(headerOf(decision, "access-control-allow-origin")).toBe("*");
    expect(headerOf(decision, "access-control-allow-credentials")).toBeUndefined();
    expect(headerOf(decision, "access-control-allow-headers")).toMatch(
      /Authorization.*PAYMENT-SIGNATURE.*X-PAYMENT/,
    );
    expect(jsonBody(await createWorld().get(TARGET, [], { method: "OPTIONS" }))).toMatchObject({
      status: 402,
    });
  });
});

describe("a page", () => {
  const html = [["Accept", "text/html,*/*;q=0.8"]] as const;

  it("is what a browser gets, with everything to pay by", async () => {
    const seen: PaymentPageInput[] = [];
    const page = (input: PaymentPageInput) => {
      seen.push(input);
      return { html: "<!doctype html>", csp: `script-src 'nonce-${input.nonce}'` };
    };
    const world = createWorld({ page, sandboxPayUrl: "http://localhost:3000/api/v1/sandbox/pay" });
    const decision = await world.get(`${TARGET}?a=1`, html);
    const [input] = seen;
    expect(headerOf(decision, "content-type")).toBe("text/html; charset=utf-8");
    expect(headerOf(decision, "content-security-policy")).toBe(`script-src 'nonce-${input?.nonce}'`);
    expect(headerOf(decision, "www-authenticate")).toMatch(/^L402 /);
    expect(input).toMatchObject({
      title: "Demo API",
      resourceUrl: "http://127.0.0.1:4020/p/demo/v1/x?a=1",
      resourcePath: "/p/demo/v1/x?a=1",
      statusUrl: "/p/demo/.status",
      unlockUrl: "/p/demo/.unlock",
      sandboxPayUrl: "http://localhost:3000/api/v1/sandbox/pay",
      error: null,
    });
    const { preimage } = world.wallet.payInvoice(input?.lightning?.bolt11 ?? "");
    await serve(
      granted(
        await world.get(`${TARGET}?a=1`, [["Authorization", `L402 ${input?.lightning?.token}:${preimage}`]]),
      ),
    );
  });

  it("says why a credential was refused", async () => {
    const seen: PaymentPageInput[] = [];
    const page = (input: PaymentPageInput) => (seen.push(input), { html: "", csp: "" });
    await createWorld({ page }).get(TARGET, [...html, ["Authorization", "L402 AgEC:zz"]]);
    expect(seen).toMatchObject([{ error: { status: 402, code: "malformed_credential" } }]);
  });

  it("short and escaped is what a person gets for other refusals", async () => {
    const decision = await createWorld().get("/p/none", html);
    if (decision.kind !== "refused") throw new Error("not refused");
    const text = new TextDecoder().decode(decision.body);
    expect(text).toContain("<h1>Not found</h1>");
    const style = /<style>(.*)<\/style>/.exec(text)?.[1] ?? "";
    expect(Buffer.from(nodeCrypto.sha256(Buffer.from(style))).toString("base64")).toBe(STYLE_HASH);
    expect(headerOf(decision, "content-security-policy")).toContain(STYLE_HASH);
  });
});
