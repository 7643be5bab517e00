import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEgressPolicy, createNodeReach } from "@x402-paywall/proxy/node";
import type { SettlementEvent } from "../../packages/proxy/src/rails/lightning/backend.ts";
import { openPhoenixd } from "../../packages/proxy/src/rails/lightning/phoenixd/index.ts";
import { servePhoenixd, type ServedPhoenixd } from "./ldk/serve-phoenixd.ts";
import { startLdkPair, type LdkPair } from "./ldk/start-ldk-pair.ts";
import { ask } from "./live/challenge.ts";
import { startLiveWorld } from "./live/world.ts";

let pair: LdkPair;
let phoenixd: ServedPhoenixd;

beforeAll(async () => {
  pair = await startLdkPair();
  phoenixd = await servePhoenixd(pair);
});
afterAll(() => phoenixd?.close());

async function open(password = phoenixd.limitedPassword) {
  const reach = createNodeReach(createEgressPolicy({ allow: new URL(phoenixd.url).host }));
  const options = { reach, clock: Date.now, timeoutMs: 5_000 };
  return openPhoenixd({ kind: "phoenixd", url: phoenixd.url, password }, options);
}

const request = {
  amountMsat: 1_000_000n,
  description: "One article",
  expirySeconds: 60,
  preimage: new Uint8Array(32),
};

test("a payment through two LDK nodes moves the money, and its preimage is the invoice's", async () => {
  const before = pair.balanceMsat();
  const invoice = pair.createInvoice(1_000n, "One article", 60);
  const { preimage, feeMsat } = await pair.pay(invoice.bolt11);
  expect({ preimage, feeMsat }).toEqual({ preimage: invoice.preimage, feeMsat: 0n });
  expect(pair.balanceMsat() - before).toBe(1_000_000n);
  await expect(pair.pay(invoice.bolt11)).rejects.toThrow("did not pay");
});

test("a hundred payments at once all arrive", async () => {
  const before = pair.balanceMsat();
  const invoices = Array.from({ length: 100 }, () => pair.createInvoice(1_000n, "One of many", 60));
  const paid = await Promise.all(invoices.map(({ bolt11 }) => pair.pay(bolt11)));
  expect(paid.map(({ preimage }) => preimage)).toEqual(invoices.map(({ preimage }) => preimage));
  expect(pair.balanceMsat() - before).toBe(100_000_000n);
});

test("the product's phoenixd backend sells through it, with the limited password", async () => {
  const backend = await open();
  const { bolt11, paymentHash } = await backend.createInvoice(request);
  expect(await backend.lookUp(paymentHash)).toEqual({ state: "open", paymentHash });
  const { preimage } = await pair.pay(bolt11);
  expect(createHash("sha256").update(Buffer.from(preimage, "hex")).digest("hex")).toBe(paymentHash);
  expect(await backend.lookUp(paymentHash)).toMatchObject({
    state: "settled",
    receivedMsat: 1_000_000n,
    preimage,
  });
  expect(await backend.lookUp("0".repeat(64))).toBeUndefined();
});

test("what settles arrives as an event, sooner than by asking now and then", async () => {
  const backend = await open();
  const ended = new AbortController();
  const events: SettlementEvent[] = [];
  const watching = (async () => {
    for await (const event of backend.subscribe(null, ended.signal)) events.push(event);
  })();
  // The stream of events opens meanwhile; without it the backend asks each five seconds.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { bolt11, paymentHash } = await backend.createInvoice(request);
  await pair.pay(bolt11);
  const seen = (): boolean => events.some(({ invoice }) => invoice.paymentHash === paymentHash);
  await expect.poll(seen, { timeout: 2_500, interval: 20 }).toBe(true);
  ended.abort();
  await watching;
});

test("another password is no password, and the limited one may not pay", async () => {
  const backend = await open("wrong");
  await expect(backend.createInvoice(request)).rejects.toMatchObject({ failure: "unauthorized" });
  const statusFor = async (password: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`:${password}`).toString("base64")}`;
    const answer = await fetch(`${phoenixd.url}/payinvoice`, { method: "POST", headers: { authorization } });
    return answer.status;
  };
  expect(await statusFor(phoenixd.limitedPassword)).toBe(401);
  expect(await statusFor(phoenixd.password)).toBe(400);
});

test("a gateway sells a LIVE endpoint of a creator with phoenixd", async () => {
  const connection = { kind: "phoenixd", url: phoenixd.url, password: phoenixd.limitedPassword } as const;
  const { host: address } = new URL(phoenixd.url);
  const world = await startLiveWorld({ connection, address, nodeKey: pair.nodeId });
  try {
    const before = pair.balanceMsat();
    const url = await world.sell("/v1/weather");
    const challenge = await ask(url);
    expect(challenge.status).toBe(402);
    const unpaid = await fetch(url, { headers: challenge.l402("00".repeat(32)) });
    expect(unpaid.status).not.toBe(200);
    const { preimage } = await pair.pay(challenge.bolt11);
    const served = await fetch(url, { headers: challenge.l402(preimage) });
    expect(served.status).toBe(200);
    // A cent is ten satoshi here.
    expect(pair.balanceMsat() - before).toBe(10_000n);
    expect((await fetch(url, { headers: challenge.l402(preimage) })).status).not.toBe(200);
  } finally {
    await world.close();
  }
});
