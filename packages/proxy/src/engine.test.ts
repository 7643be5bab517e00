import {
  findHeader,
  formatJwks,
  parsePaymentReceipt,
  parseSettlementResponse,
  verifyReceipt,
} from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import {
  buyL402,
  buyMpp,
  buyX402,
  createSigner,
  createWorld,
  granted,
  verifyEd25519,
  headerOf,
  jsonBody,
  makeEndpoint,
  makeHead,
  serve,
  type World,
} from "../test/engine-fixtures.ts";

const TARGET = "/p/demo/v1/x?a=1";
const wires = {
  l402: async (world: World, target = TARGET, more = {}) => (await buyL402(world, target, more)).headers,
  mpp: (world: World, target = TARGET, more = {}) => buyMpp(world, target, more),
  x402: (world: World, target = TARGET, more = {}) => buyX402(world, target, {}, more),
  "x402 v1": (world: World, target = TARGET, more = {}) => buyX402(world, target, { version: 1 }, more),
} as const;
const names = ["l402", "mpp", "x402", "x402 v1"] as const;

describe("the unpaid request", () => {
  it("gets every offer, at once and without the store", () => {
    const world = createWorld();
    const decision = world.paywall.authorize(makeHead(TARGET));
    if (decision instanceof Promise) throw new Error("the 402 must not wait");
    const body = jsonBody(decision);
    expect(body).toMatchObject({ status: 402, code: "payment_required", x402Version: 2 });
    expect(body.resource).toMatchObject({ url: "http://127.0.0.1:4020/p/demo/v1/x?a=1" });
    expect(headerOf(decision, "cache-control")).toBe("no-store");
    expect(headerOf(decision, "vary")).toBe("Accept");
    expect(headerOf(decision, "access-control-allow-origin")).toBe("*");
    expect(headerOf(decision, "content-type")).toMatch(/^application\/problem\+json/);
  });

  it("is counted", async () => {
    const world = createWorld();
    await world.get(TARGET, [["User-Agent", "node"]]);
    await world.paywall.flush();
    expect(world.store.events()).toMatchObject([
      {
        kind: "challenge",
        client: "agent",
        status: 402,
        path: "/v1/x",
        endpointId: "ep_demo",
        receiptId: null,
      },
    ]);
  });

  it("has no body for HEAD", async () => {
    const decision = await createWorld().get(TARGET, [], { method: "HEAD" });
    expect(decision).toMatchObject({ kind: "refused", head: { status: 402 }, body: new Uint8Array(0) });
  });
});

describe.each(names)("paying with %s", (name) => {
  const wire = name === "x402 v1" ? "x402" : name;

  it("buys one delivery, with a receipt that anyone can verify", async () => {
    const world = createWorld();
    const headers = await wires[name](world);
    const grant = granted(await world.get(TARGET, headers));
    expect(grant.upstreamTarget).toBe("/base/v1/x?a=1");
    expect(world.store.receipts()).toEqual([]);
    const head = await serve(grant);
    const [receipt] = world.store.receipts();
    expect(receipt).toMatchObject({
      wire,
      amount: 10_000n,
      mode: "test",
      endpointId: "ep_demo",
      workspaceId: "ws_demo",
    });
    expect(findHeader(head.headers, "paywall-receipt")).toBe(receipt?.id);
    expect(findHeader(head.headers, "link")).toBe(
      `<http://localhost:3000/r/${receipt?.id}>; rel="payment-receipt"`,
    );
    expect(findHeader(head.headers, "cache-control")).toBe("private, no-store");
    expect(findHeader(head.headers, "vary")).toBe("Accept, Authorization, PAYMENT-SIGNATURE, X-PAYMENT");
    expect(parsePaymentReceipt(findHeader(head.headers, "payment-receipt") ?? "")).toMatchObject({
      reference: receipt?.reference,
    });
    if (wire === "x402") {
      const response = findHeader(head.headers, name === "x402" ? "payment-response" : "x-payment-response");
      expect(parseSettlementResponse(response ?? "")).toMatchObject({
        success: true,
        payer: world.account.address,
        network: name === "x402" ? "eip155:84532" : "base-sepolia",
      });
    }
    expect(world.store.ledger().reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
    await world.paywall.flush();
    expect(world.store.events().at(-1)).toMatchObject({
      kind: "paid",
      wire,
      receiptId: receipt?.id,
      bytesOut: 10,
    });
  });

  it("answers a replay with 409 and the receipt", async () => {
    const world = createWorld();
    const headers = await wires[name](world);
    await serve(granted(await world.get(TARGET, headers)));
    const replay = await world.get(TARGET, headers);
    expect(jsonBody(replay)).toMatchObject({
      status: 409,
      code: "credential_redeemed",
      receipt: world.store.receipts()[0]?.id,
    });
    expect(headerOf(replay, "www-authenticate")).toBeUndefined();
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("grants one of 1,000 at once, and tells the others to wait", async () => {
    const world = createWorld();
    const headers = await wires[name](world);
    const count = name.startsWith("x402") ? 300 : 1000;
    const decisions = await Promise.all(Array.from({ length: count }, () => world.get(TARGET, headers)));
    const grants = decisions.filter((decision) => decision.kind === "granted");
    expect(grants).toHaveLength(1);
    const others = decisions.filter((decision) => decision.kind === "refused");
    expect(others.every((decision) => decision.head.status === 409)).toBe(true);
    const [waiting] = others;
    expect(waiting && jsonBody(waiting)).toMatchObject({ code: "in_progress" });
    expect(Number(waiting && headerOf(waiting, "retry-after"))).toBeGreaterThan(0);
  });

  it("opens nothing else", async () => {
    const paid = { amount: 10_000n, model: "per-request", version: 1 } as const;
    const other = makeEndpoint({ id: "ep_other", slug: "other" });
    const dear = { id: "rt_1", methods: ["GET"], path: "/dear", price: { ...paid, amount: 50_000n } };
    const world = createWorld({}, makeEndpoint({ routes: [dear] }), other);
    const headers = await wires[name](world);
    const elsewhere: [string, string, string][] = [
      ["GET", "/p/other/v1/x?a=1", "wrong_resource"],
      ["POST", TARGET, "wrong_resource"],
      ["GET", "/p/demo/v1/X?a=1", "wrong_resource"],
      ["GET", "/p/demo/v1/x", "wrong_resource"],
      ["GET", "/p/demo/v1/x?a=2", "wrong_resource"],
      ["GET", "/p/demo/dear", "payment_insufficient"],
    ];
    if (name === "x402 v1") return expectForeign(world, headers);
    for (const [method, target, code] of elsewhere) {
      const decision = await world.get(target, headers, { method });
      const refused = jsonBody(decision);
      expect([target, refused.status]).toEqual([target, 402]);
      expect([code, "invalid_challenge"]).toContain(refused.code);
      expect(headerOf(decision, "www-authenticate")).toMatch(/^L402 /);
    }
    await serve(granted(await world.get(TARGET, headers)));
    expect(world.store.receipts()).toHaveLength(1);
  });
});

/** A v1 payload names no resource: it buys whatever it is sent to first, and then nothing else. */
async function expectForeign(world: World, headers: Parameters<World["get"]>[1]): Promise<void> {
  await serve(granted(await world.get(TARGET, headers)));
  expect(jsonBody(await world.get("/p/demo/v1/y", headers))).toMatchObject({
    status: 402,
    code: "wrong_resource",
  });
  expect(jsonBody(await world.get("/p/demo/dear", headers))).toMatchObject({
    status: 402,
    code: "payment_insufficient",
  });
  expect(world.store.receipts()).toHaveLength(1);
}

describe("one invoice", () => {
  it("does not buy twice over two wires", async () => {
    const world = createWorld();
    const { preimage, token, bolt11 } = await buyL402(world, TARGET);
    expect(world.wallet.payInvoice(bolt11).preimage).toBe(preimage);
    const headers = [["Authorization", `LSAT ${token}:${preimage}`]] as const;
    await serve(granted(await world.get(TARGET, headers)));
    expect(
      jsonBody(await world.get(TARGET, [["Authorization", `L402 ${token}:${preimage.toUpperCase()}`]])),
    ).toMatchObject({ status: 409 });
  });
});

it("issues receipts that verify offline", async () => {
  const signer = createSigner();
  const world = createWorld({ signer });
  await serve(granted(await world.get(TARGET, (await buyL402(world, TARGET)).headers)));
  const [receipt] = world.store.receipts();
  const stored = await world.store.findReceipt(receipt?.id ?? "");
  expect(await verifyReceipt(stored?.jws ?? "", formatJwks([signer]), verifyEd25519)).toEqual(receipt);
  expect(await verifyReceipt(stored?.jws ?? "", formatJwks([createSigner()]), verifyEd25519)).toBeUndefined();
});
