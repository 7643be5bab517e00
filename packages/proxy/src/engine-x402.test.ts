import {
  findHeader,
  formatPaymentPayload,
  parsePaymentPayload,
  parseSettlementResponse,
  type PaymentRequirements,
} from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import {
  buyX402,
  createWorld,
  granted,
  headerOf,
  jsonBody,
  makeEndpoint,
  serve,
  type World,
  type X402Changes,
} from "../test/engine-fixtures.ts";
import type { Rail } from "./rail.ts";

const TARGET = "/p/demo/v1/x";

describe("a v1 payload", () => {
  const base: PaymentRequirements = {
    scheme: "exact",
    network: "eip155:8453",
    amount: "10000",
    asset: `0x${"aa".repeat(20)}`,
    payTo: `0x${"bb".repeat(20)}`,
    maxTimeoutSeconds: 60,
    extra: { name: "USD Coin", version: "2" },
  };
  const permit2 = { ...base, network: "eip155:84532", extra: { assetTransferMethod: "permit2" } };

  /** Offers of other networks and schemes stand in front of the sandbox's. */
  function createMixed(): World {
    const { rail } = createWorld();
    const mixed: Rail = {
      ...rail,
      offer: async (request) => {
        const upto = { ...base, network: "eip155:84532", scheme: "upto" } as const;
        const others = [base, upto, permit2];
        const offers = others.map((requirements) => ({ kind: "evm", requirements }) as const);
        return [...offers, ...(await rail.offer(request))];
      },
    };
    return createWorld({ rails: [mixed] });
  }

  it("pays the offer of the network that it names, wherever that stands", async () => {
    const world = createMixed();
    const headers = await buyX402(createWorld(), TARGET, { version: 1 });
    const { headers: answered } = await serve(granted(await world.get(TARGET, headers)));
    expect(parseSettlementResponse(findHeader(answered, "x-payment-response") ?? "")).toMatchObject({
      success: true,
      network: "base-sepolia",
    });
    expect(findHeader(answered, "payment-response")).toBeUndefined();
  });

  it("may name its network in CAIP-2", async () => {
    const headers = await buyX402(createWorld(), TARGET, { version: 1, network: "eip155:84532" });
    await serve(granted(await createMixed().get(TARGET, headers)));
  });

  it.each<[string, X402Changes]>([
    ["a network that is not offered", { network: "polygon" }],
    ["a network of CAIP-2 that is not offered", { network: "eip155:1" }],
    ["a network that nobody knows", { network: "base-mainnet" }],
    ["no network", { network: "" }],
    ["a scheme that v1 does not know", { scheme: "upto" }],
  ])("for %s is 402 with a fresh challenge", async (_, changes) => {
    const world = createMixed();
    const headers = await buyX402(createWorld(), TARGET, { version: 1, ...changes });
    const decision = await world.get(TARGET, headers);
    expect(jsonBody(decision)).toMatchObject({ status: 402, code: "invalid_challenge" });
    expect(headerOf(decision, "payment-required")).toBeDefined();
    expect(world.store.receipts()).toEqual([]);
  });

  it("signed for one network does not pay on another that is offered", async () => {
    const headers = await buyX402(createWorld(), TARGET, { version: 1, network: "base" });
    expect(jsonBody(await createMixed().get(TARGET, headers))).toMatchObject({
      status: 402,
      code: "verification_failed",
    });
  });

  it("pays nothing where the endpoint takes no x402", async () => {
    const headers = await buyX402(createWorld(), TARGET, { version: 1 });
    const world = createWorld({}, makeEndpoint({ wires: ["l402"] }));
    expect(jsonBody(await world.get(TARGET, headers))).toMatchObject({
      status: 402,
      code: "invalid_challenge",
    });
  });
});

describe("an x402 authorization", () => {
  const now = 1_800_000_000n;
  const flip = (text: string): string => text.replace(/.$/, (last) => (last === "b" ? "c" : "b"));
  const refused: readonly (readonly [string, number, string, X402Changes])[] = [
    ["B372 one unit short", 402, "payment_insufficient", { value: 9_999n }],
    ["B373 of nothing", 402, "payment_insufficient", { value: 0n }],
    ["B374 negative", 400, "bad_request", { authorization: { value: "-1" } }],
    ["B375 with a fraction", 400, "bad_request", { authorization: { value: "0.1" } }],
    ["B375 with an exponent", 400, "bad_request", { authorization: { value: "1e3" } }],
    [
      "B376 of the largest number, signed for less",
      402,
      "verification_failed",
      { authorization: { value: String(2n ** 256n - 1n) } },
    ],
    [
      "B377 with 2^53 + 1, signed for less",
      402,
      "verification_failed",
      { authorization: { value: "9007199254740993" } },
    ],
    ["B378 with leading zeros", 400, "bad_request", { authorization: { value: "0010000" } }],
    ["B378 with a plus", 400, "bad_request", { authorization: { value: "+10000" } }],
    ["B381 for another network", 402, "invalid_challenge", { accepted: { network: "eip155:1" } }],
    ["B382 for another asset", 402, "invalid_challenge", { accepted: { asset: `0x${"11".repeat(20)}` } }],
    ["B383 to somebody else", 402, "verification_failed", { to: `0x${"22".repeat(20)}` }],
    ["with another payTo", 402, "invalid_challenge", { accepted: { payTo: `0x${"22".repeat(20)}` } }],
    ["for a lower price", 402, "invalid_challenge", { accepted: { amount: "1" } }],
    ["B385 of the past", 402, "payment_expired", { validBefore: now - 1n }],
    ["that ends before it could settle", 402, "payment_expired", { validBefore: now + 3n }],
    ["of the future", 402, "verification_failed", { validAfter: now + 60n }],
    ["B389 with zeros for a signature", 402, "verification_failed", { signature: `0x${"00".repeat(65)}` }],
    ["B389 with a short signature", 402, "malformed_credential", { signature: `0x${"11".repeat(64)}` }],
    [
      "B389 with a wrapped signature",
      402,
      "malformed_credential",
      { signature: `0x${"11".repeat(65)}${"6492".repeat(16)}` },
    ],
    ["from somebody else", 402, "verification_failed", { authorization: { from: `0x${"33".repeat(20)}` } }],
  ];

  it.each(refused)("%s", async (_, status, code, changes) => {
    const world = createWorld();
    const decision = await world.get(TARGET, await buyX402(world, TARGET, changes));
    expect(jsonBody(decision)).toMatchObject({ status, code });
    expect(headerOf(decision, "payment-required") !== undefined).toBe(status === 402);
    expect(world.store.receipts()).toEqual([]);
  });

  it("B380 of more than the price is served, and the receipt says what moved", async () => {
    const world = createWorld();
    await serve(granted(await world.get(TARGET, await buyX402(world, TARGET, { value: 100_000n }))));
    expect(world.store.receipts()).toMatchObject([
      { amount: 10_000n, settled: { amount: "100000", asset: "USDC" } },
    ]);
  });

  it("B362-B364 is the same however it is written", async () => {
    const world = createWorld();
    const headers = await buyX402(world, TARGET);
    await serve(granted(await world.get(TARGET, headers)));
    const value = headers[0]?.[1] ?? "";
    const payload = parsePaymentPayload(value);
    if (payload?.accepted === undefined) throw new Error("no payload");
    const authorization = payload.payload.authorization as Record<string, string>;
    const upper = {
      ...payload,
      payload: {
        ...payload.payload,
        authorization: { ...authorization, nonce: `0x${authorization.nonce?.slice(2).toUpperCase()}` },
      },
    };
    const reordered = { payload: payload.payload, accepted: payload.accepted, x402Version: 2 } as const;
    for (const each of [
      formatPaymentPayload(upper),
      formatPaymentPayload(reordered),
      value.replace(/=+$/, ""),
    ]) {
      const again = jsonBody(await world.get(TARGET, [["PAYMENT-SIGNATURE", each]]));
      expect([400, 409]).toContain(again.status);
    }
    expect(world.store.receipts()).toHaveLength(1);
  });

  it("that paid one quote pays no other", async () => {
    const world = createWorld();
    const nonce = `0x${"77".repeat(32)}` as const;
    await serve(granted(await world.get(TARGET, await buyX402(world, TARGET, { nonce }))));
    expect(jsonBody(await world.get(TARGET, await buyX402(world, TARGET, { nonce })))).toMatchObject({
      status: 402,
      code: "wrong_resource",
    });
  });

  it("with a flipped seal is not ours", async () => {
    const world = createWorld();
    const headers = await buyX402(world, TARGET);
    const payload = parsePaymentPayload(headers[0]?.[1] ?? "");
    if (payload?.accepted === undefined) throw new Error("no payload");
    for (const name of ["seal", "quote"]) {
      const extra = { ...payload.accepted.extra, [name]: flip(payload.accepted.extra[name] ?? "") };
      const value = formatPaymentPayload({ ...payload, accepted: { ...payload.accepted, extra } });
      expect(jsonBody(await world.get(TARGET, [["PAYMENT-SIGNATURE", value]]))).toMatchObject({
        status: 402,
        code: "invalid_challenge",
      });
    }
  });
});
