import { createHash } from "node:crypto";
import { parsePaymentChallenges } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { buyL402, granted, headerOf, jsonBody, serve } from "../test/engine-fixtures.ts";
import { evmRail } from "../test/lightning-world.ts";
import { createLightningWorld, type LightningWorld, liveEndpoint, wires } from "../test/lightning-world.ts";
import type { Decision, RequestHead } from "./decision.ts";

const TARGET = "/p/demo/v1/x?a=1";
const PAGE = { headers: [["Accept", "text/html"]] } as const;

function hashOf(decision: Decision): string {
  if (decision.kind !== "refused") throw new Error("not refused");
  const lines = decision.head.headers.filter(([name]) => name.toLowerCase() === "www-authenticate");
  const [challenge] = lines.flatMap(([, value]) =>
    value.startsWith("Payment ") ? parsePaymentChallenges(value) : [],
  );
  if (challenge === undefined) return "";
  return JSON.parse(Buffer.from(challenge.request, "base64url").toString()).methodDetails.paymentHash;
}

function unlock(world: LightningWorld, fields: Readonly<Record<string, unknown>>): Promise<Decision> {
  const readBody = async (): Promise<Uint8Array> => new TextEncoder().encode(JSON.stringify(fields));
  return world.get("/p/demo/.unlock", [["Content-Type", "application/json"]], { method: "POST", readBody });
}

/** A person's page: its token, and what it waits for. */
async function openPage(world: LightningWorld) {
  const decision = await world.get(TARGET, PAGE.headers);
  const line =
    decision.kind === "refused" ? decision.head.headers.find(([, value]) => value.startsWith("L402 ")) : [];
  const token = /token="([^"]+)"/.exec(line?.[1] ?? "")?.[1] ?? "";
  const bolt11 = /invoice="([^"]+)"/.exec(line?.[1] ?? "")?.[1] ?? "";
  return { token, bolt11, paymentHash: hashOf(decision) };
}

async function stateOf(world: LightningWorld, hash: string): Promise<unknown> {
  return jsonBody(await world.get(`/p/demo/.status?payment_hash=${hash}`))["state"];
}

describe.each(wires)("a LIVE payment by %s", (_name, buy) => {
  it("is served once, and its receipt names the payment hash and what arrived", async () => {
    const world = createLightningWorld();
    const headers = await buy(world, TARGET);
    await serve(granted(await world.get(TARGET, headers)));
    const [receipt] = world.store.receipts();
    expect(receipt).toMatchObject({ rail: "lightning", mode: "live", amount: 10_000n });
    expect(receipt?.settled).toEqual({ asset: "BTC", amount: "10000", unit: "msat", network: "regtest" });
    expect(receipt?.paymentKey).toBe(`ln:regtest:${receipt?.reference}`);
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ status: 409 });
  });

  it("waits with 503 while its node is away, and is asked for no second payment", async () => {
    const world = createLightningWorld();
    const headers = await buy(world, TARGET);
    world.node.fault = "unreachable";
    const away = await world.get(TARGET, headers);
    expect(jsonBody(away)).toMatchObject({ status: 503, code: "rail_unavailable" });
    expect(headerOf(away, "retry-after")).toBe("2");
    expect(headerOf(away, "www-authenticate")).toBeUndefined();
    world.node.fault = undefined;
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("is honoured late, because the creator has the money", async () => {
    const world = createLightningWorld();
    const headers = await buy(world, TARGET);
    world.now += 3_600_000;
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });
});

it("one payment hash on both wires buys once", async () => {
  const world = createLightningWorld();
  const challenged = await world.get(TARGET);
  const { token, preimage } = await buyL402(world, TARGET);
  const lines = challenged.kind === "refused" ? challenged.head.headers : [];
  expect(lines.length).toBeGreaterThan(0);
  const l402 = [["Authorization", `L402 ${token}:${preimage}`]] as const;
  await serve(granted(await world.get(TARGET, l402)));
  expect(jsonBody(await world.get(TARGET, l402))).toMatchObject({ status: 409 });
  expect(world.store.receipts()).toHaveLength(1);
});

describe("where the invoice is not settled", () => {
  it.each([
    ["open", 402],
    ["held", 503],
    ["closed", 402],
  ] as const)("%s: %i, and nothing is served", async (state, status) => {
    const world = createLightningWorld();
    const { headers, bolt11 } = await buyL402(world, TARGET);
    const request = world.node.requests[0];
    expect(bolt11).not.toBe("");
    const paymentHash = hashFrom(request?.preimage);
    world.node.set(paymentHash, state);
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({ status });
    expect(world.store.receipts()).toEqual([]);
  });
});

function hashFrom(preimage: Uint8Array | undefined): string {
  return createHash("sha256")
    .update(preimage ?? new Uint8Array())
    .digest("hex");
}

describe("with the node away", () => {
  it("the 402 offers the other rails", async () => {
    const endpoint = liveEndpoint({ rails: ["lightning", "stablecoin"] });
    const world = createLightningWorld({ rails: [evmRail()] }, {}, endpoint);
    world.node.fault = "hang";
    const answer = await world.get(TARGET);
    expect(jsonBody(answer)).toMatchObject({ status: 402 });
    expect(headerOf(answer, "payment-required")).toBeDefined();
    expect(hashOf(answer)).toBe("");
  });

  it("is no news with each 402", async () => {
    const world = createLightningWorld();
    world.node.fault = "unreachable";
    for (let round = 0; round < 10; round++)
      expect(jsonBody(await world.get(TARGET))).toMatchObject({ status: 503, code: "rail_unavailable" });
    expect(world.logged.filter(({ event }) => event === "rail_error")).toHaveLength(2);
    expect(world.node.calls.createInvoice).toBe(2);
  });

  it("Lightning alone is 503 with Retry-After, within two seconds", async () => {
    const world = createLightningWorld();
    world.node.fault = "hang";
    const started = Date.now();
    const answer = await world.get(TARGET);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(jsonBody(answer)).toMatchObject({ status: 503, code: "rail_unavailable" });
    expect(headerOf(answer, "retry-after")).toBe("5");
  });
});

describe("an unpaid invoice", () => {
  it("is offered again to who asks again, on a fresh token of the same quote", async () => {
    const world = createLightningWorld();
    const first = await buyless(world);
    const second = await buyless(world);
    expect(second.paymentHash).toBe(first.paymentHash);
    expect(second.token).not.toBe(first.token);
    expect(world.node.calls.createInvoice).toBe(1);
    const preimage = world.node.pay(first.bolt11);
    // Either token is good, and the payment only once.
    await serve(granted(await world.get(TARGET, [["Authorization", `L402 ${second.token}:${preimage}`]])));
    const again = await world.get(TARGET, [["Authorization", `L402 ${first.token}:${preimage}`]]);
    expect(jsonBody(again)).toMatchObject({ status: 409 });
  });

  it.each([
    ["another address", { remoteAddress: "192.0.2.7" }],
    ["other software", { headers: [["User-Agent", "other/1"]] }],
    ["another target", { target: "/p/demo/v1/y" }],
    ["a page", { headers: PAGE.headers }],
    ["a page of another origin", { headers: [["Origin", "https://shop.example"]] }],
    ["a browser", { headers: [["Sec-Fetch-Site", "same-origin"]] }],
  ] as const)("is not offered to %s", async (_name, more: { target?: string } & Partial<RequestHead>) => {
    const world = createLightningWorld();
    const first = await buyless(world);
    const { target = TARGET, headers = [], ...rest } = more;
    const other = hashOf(await world.get(target, headers, rest));
    expect(other).not.toBe(first.paymentHash);
    expect(other).toHaveLength(64);
  });

  it("is not offered once it is paid, and who pays is offered more at the same time", async () => {
    const world = createLightningWorld();
    const first = await buyless(world);
    const preimage = world.node.pay(first.bolt11);
    await serve(granted(await world.get(TARGET, [["Authorization", `L402 ${first.token}:${preimage}`]])));
    const hashes = new Set<string>();
    for (let round = 0; round < 12; round++) hashes.add((await buyless(world)).paymentHash);
    expect(hashes).not.toContain(first.paymentHash);
    expect(hashes.size).toBe(5);
  });

  it("is one for each of requests that overlap", async () => {
    const world = createLightningWorld();
    const all = await Promise.all(Array.from({ length: 20 }, () => buyless(world)));
    expect(new Set(all.map(({ paymentHash }) => paymentHash)).size).toBe(20);
  });

  it("is bounded by address and by endpoint", async () => {
    const world = createLightningWorld({}, { limits: { perClient: 5, perEndpoint: 8 } });
    const ask = (index: number, remoteAddress: string): Promise<Decision> =>
      world.get(`/p/demo/v1/${index}`, [], { remoteAddress });
    for (let index = 0; index < 5; index++) expect(hashOf(await ask(index, "192.0.2.1"))).toHaveLength(64);
    const refused = await ask(5, "192.0.2.1");
    expect(jsonBody(refused)).toMatchObject({ status: 429, code: "rate_limited" });
    expect(headerOf(refused, "retry-after")).toBe("30");
    for (let index = 6; index < 9; index++) expect(hashOf(await ask(index, "192.0.2.2"))).toHaveLength(64);
    expect(jsonBody(await ask(9, "192.0.2.3"))).toMatchObject({ status: 429 });
    expect(world.node.calls.createInvoice).toBe(8);
    expect(world.logged).toEqual([]);
    world.now += 300_000;
    expect(hashOf(await ask(10, "192.0.2.1"))).toHaveLength(64);
  });

  it("leaves its place when it is paid", async () => {
    const world = createLightningWorld({}, { limits: { perClient: 1 } });
    for (let index = 0; index < 3; index++) {
      const { headers } = await buyL402(world, `/p/demo/v1/${index}`);
      await serve(granted(await world.get(`/p/demo/v1/${index}`, headers)));
    }
    expect(world.store.receipts()).toHaveLength(3);
  });

  it("leaves its place too when another process saw it paid", async () => {
    const world = createLightningWorld({}, { limits: { perClient: 3 } });
    const ask = (index: number): Promise<Decision> => world.get(`/p/demo/v1/${index}`);
    for (let index = 0; index < 3; index++) {
      const hash = hashOf(await ask(index));
      const record = await world.store.findInvoice(hash);
      if (record === undefined) throw new Error("no row");
      const paid = { receivedMsat: 10_000n, at: 1, sealedPreimage: null };
      if (index > 0) await world.store.saveInvoice({ ...record, paid });
    }
    for (let index = 3; index < 5; index++) expect(hashOf(await ask(index))).toHaveLength(64);
    expect(jsonBody(await ask(5))).toMatchObject({ status: 429 });
  });

  it("costs 1,000 unpaid challenges of one client a single row and a single call", async () => {
    const world = createLightningWorld();
    for (let round = 0; round < 1_000; round++) await world.get(TARGET);
    expect(world.node.calls.createInvoice).toBe(1);
  });
});

async function buyless(world: LightningWorld) {
  const decision = await world.get(TARGET);
  const line =
    decision.kind === "refused" ? decision.head.headers.find(([, value]) => value.startsWith("L402 ")) : [];
  const token = /token="([^"]+)"/.exec(line?.[1] ?? "")?.[1] ?? "";
  const bolt11 = /invoice="([^"]+)"/.exec(line?.[1] ?? "")?.[1] ?? "";
  return { token, bolt11, paymentHash: hashOf(decision) };
}

describe("a person whose wallet hides the preimage", () => {
  it("is told when it is paid, and gets the cookie by the page's token alone", async () => {
    const world = createLightningWorld();
    const { token, bolt11, paymentHash } = await openPage(world);
    expect(await stateOf(world, paymentHash)).toBe("awaiting");
    expect(jsonBody(await unlock(world, { token }))).toMatchObject({ status: 402, state: "awaiting" });
    world.node.pay(bolt11);
    world.now += 1_000;
    expect(await stateOf(world, paymentHash)).toBe("paid");
    expect(await unlock(world, { token, resource: TARGET })).toMatchObject({ head: { status: 204 } });
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("gets the finished credential for a program instead, which is still unspent", async () => {
    const world = createLightningWorld();
    const { token, bolt11 } = await openPage(world);
    const preimage = world.node.pay(bolt11);
    const answer = await unlock(world, { token, as: "l402" });
    expect(headerOf(answer, "cache-control")).toBe("private, no-store");
    expect(jsonBody(answer)).toEqual({ status: 200, authorization: `L402 ${token}:${preimage}` });
    expect(world.store.receipts()).toEqual([]);
    await serve(granted(await world.get(TARGET, [["Authorization", `L402 ${token}:${preimage}`]])));
  });

  it("is served although the row was lost", async () => {
    const world = createLightningWorld();
    const { token, bolt11 } = await openPage(world);
    world.node.pay(bolt11);
    world.store.findInvoice = async () => undefined;
    expect(await unlock(world, { token, resource: TARGET })).toMatchObject({ head: { status: 204 } });
  });

  it("is none who made a token up: the node is asked nothing for it", async () => {
    const world = createLightningWorld();
    const { token } = await openPage(world);
    const bytes = Buffer.from(token, "base64");
    for (let index = 0; index < 20; index++) {
      const other = Buffer.from(bytes);
      // The payment hash begins behind tag, length and version.
      createHash("sha256")
        .update(`${index}`)
        .digest()
        .copy(other, bytes.indexOf(Buffer.from([0, 0])) + 2);
      const answer = await unlock(world, { token: other.toString("base64") });
      expect(jsonBody(answer)).toMatchObject({ status: 402, code: "invalid_challenge" });
    }
    expect(world.node.calls.lookUp).toBe(0);
  });

  it("is none who shares a program's address: its invoice opens by its preimage alone", async () => {
    const world = createLightningWorld();
    const { token, bolt11 } = await buyless(world);
    const preimage = world.node.pay(bolt11);
    for (const as of [undefined, "token", "l402"])
      expect(jsonBody(await unlock(world, { token, as }))).toMatchObject({
        status: 402,
        code: "verification_failed",
      });
    expect(await unlock(world, { token, preimage, resource: TARGET })).toMatchObject({
      head: { status: 204 },
    });
  });

  it("is told while the node is away, and never asks it more than once a second", async () => {
    const world = createLightningWorld();
    const { bolt11, paymentHash } = await openPage(world);
    world.node.pay(bolt11);
    world.node.fault = "unreachable";
    for (let round = 0; round < 20; round++) {
      const answer = await world.get(`/p/demo/.status?payment_hash=${paymentHash}`);
      expect(jsonBody(answer)).toMatchObject({ status: 503, code: "rail_unavailable" });
      expect(headerOf(answer, "retry-after")).toBe("2");
    }
    expect(world.node.calls.lookUp).toBe(1);
    world.node.fault = undefined;
    world.now += 1_000;
    expect(await stateOf(world, paymentHash)).toBe("paid");
  });
});
