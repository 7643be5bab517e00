import { fetch402, fetchWithL402 } from "@getalby/lightning-tools/402";
import { createPayingFetch } from "@x402-paywall/core/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTimed } from "../../clients.ts";
import { startNet } from "../start-net.ts";
import { readReceipts, readRevenue } from "./books.ts";
import { ask } from "./challenge.ts";
import { type LiveWorld, startLiveWorld } from "./world.ts";

let net: Awaited<ReturnType<typeof startNet>>;
let world: LiveWorld;

beforeAll(async () => {
  net = await startNet();
  const { connection, socket, pubkey } = net.creator;
  world = await startLiveWorld({ connection, address: socket, nodeKey: pubkey });
});
afterAll(async () => {
  await world?.close();
  await net?.close();
});

/** A wallet over the payer's lnd, as Alby's helpers and our client take it. */
const wallet = {
  payInvoice: (invoice: string | { readonly invoice: string }) =>
    net.payer.pay(typeof invoice === "string" ? invoice : invoice.invoice),
};

type Pay = (url: string, init?: RequestInit) => Promise<Response>;

const clients: readonly (readonly [name: string, wire: string, pay: Pay])[] = [
  ["Alby fetch402", "l402", (url, init = {}) => fetch402(url, init, { wallet })],
  ["Alby fetchWithL402", "l402", (url, init = {}) => fetchWithL402(url, init, { wallet })],
  ["our client, L402", "l402", (url, init) => ours("l402")(url, init)],
  ["our client, MPP", "mpp", (url, init) => ours("mpp")(url, init)],
];

function ours(wire: "l402" | "mpp"): Pay {
  const pay = createPayingFetch({
    wallets: { lightning: wallet },
    rateMsatPerUsd: 1_000_000n,
    prefer: [wire],
    budget: { perPaymentUsd: 1_000_000n, totalUsd: 10_000_000n },
  });
  return (url, init) => pay(url, init);
}

/** Anew for each: Alby's helpers write their credential into the headers that they are given. */
const chat = (): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ model: "demo", stream: true, messages: [{ role: "user", content: "Hello" }] }),
});

describe.each(clients)("%s over a real node", (_name, wire, pay) => {
  it("pays JSON, and the creator's node has the money; the receipt carries the payment hash", async () => {
    const url = await world.sell("/v1/weather");
    const [node, books] = await Promise.all([
      net.creator.balanceMsat(),
      readReceipts(world.pool, world.workspaceId),
    ]);
    const answer = await pay(url);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toBeTypeOf("object");
    const id = answer.headers.get("paywall-receipt") ?? "";
    const { rows } = await world.pool.query(
      "select wire, rail, reference, payment_key as key, settled, amount from receipt where id = $1",
      [id],
    );
    expect(rows).toEqual([
      {
        wire,
        rail: "lightning",
        reference: expect.stringMatching(/^[0-9a-f]{64}$/),
        key: `ln:regtest:${rows[0]?.reference}`,
        settled: { asset: "BTC", amount: "10000", unit: "msat", network: "regtest" },
        amount: "10000",
      },
    ]);
    await expect.poll(async () => (await net.creator.balanceMsat()) - node).toBe(10_000n);
    expect((await readReceipts(world.pool, world.workspaceId)).count).toBe(books.count + 1);
  });

  it("pays a chat, and reads its stream while it is written", async () => {
    const answer = await pay(await world.sell("/v1/chat/completions"), chat());
    expect(answer.status).toBe(200);
    const { times, text } = await readTimed(answer);
    expect(text).toContain("data: [DONE]");
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300);
  });
});

it("fifty at once are served, and each receipt is one payment of the node", async () => {
  const url = await world.sell("/v1/echo");
  const before = await readReceipts(world.pool, world.workspaceId);
  const node = await net.creator.balanceMsat();
  const started = Date.now();
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const challenge = await ask(`${url}/${index}`);
      const { preimage } = await net.payer.pay(challenge.bolt11);
      return (await fetch(`${url}/${index}`, { headers: challenge.l402(preimage) })).status;
    }),
  );
  process.stdout.write(`50 payments through ${net.kind} in ${Date.now() - started} ms\n`);
  expect(statuses).toEqual(Array.from({ length: 50 }, () => 200));
  const after = await readReceipts(world.pool, world.workspaceId);
  expect(after.count - before.count).toBe(50);
  expect(new Set(after.references).size).toBe(after.count);
  await expect.poll(async () => (await net.creator.balanceMsat()) - node).toBe(500_000n);
});

it("what nobody presents is credited when it arrives, and served to who comes later", async () => {
  const url = await world.sell("/v1/weather");
  const challenge = await ask(url);
  const { preimage } = await net.payer.pay(challenge.bolt11);
  const isCredited = async (): Promise<boolean> =>
    (await readReceipts(world.pool, world.workspaceId)).references.includes(challenge.paymentHash);
  await expect.poll(isCredited, { timeout: 5_000 }).toBe(true);
  expect((await fetch(url, { headers: challenge.mpp(preimage) })).status).toBe(200);
  expect((await fetch(url, { headers: challenge.l402(preimage) })).status).toBe(409);
});

describe("a person whose wallet hides the preimage", () => {
  const page = (url: string) => ask(url, { headers: { accept: "text/html" } });
  const unlock = (url: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${url}/.unlock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
  const stateOf = async (url: string, hash: string): Promise<unknown> =>
    (await (await fetch(`${url}/.status?payment_hash=${hash}`)).json()).state;

  it("opens the page when it is paid, and keeps it", async () => {
    const url = await world.sell("/v1/weather");
    const { bolt11, token, paymentHash } = await page(url);
    expect(await stateOf(url, paymentHash)).toBe("awaiting");
    await net.payer.pay(bolt11);
    await expect.poll(() => stateOf(url, paymentHash), { timeout: 5_000 }).toBe("paid");
    const unlocked = await unlock(url, { token });
    expect(unlocked.status).toBe(204);
    const cookie = unlocked.headers.get("set-cookie")?.split(";")[0] ?? "";
    for (let visit = 0; visit < 2; visit++)
      expect((await fetch(url, { headers: { cookie } })).status).toBe(200);
    expect((await page(url)).paymentHash).not.toBe(paymentHash);
  });

  it("is handed the finished credential for a program", async () => {
    const url = await world.sell("/v1/weather");
    const { bolt11, token, paymentHash } = await page(url);
    expect((await unlock(url, { token, as: "l402" })).status).toBe(402);
    const { preimage } = await net.payer.pay(bolt11);
    await expect.poll(() => stateOf(url, paymentHash), { timeout: 5_000 }).toBe("paid");
    const { authorization } = await (await unlock(url, { token, as: "l402" })).json();
    expect(authorization).toBe(`L402 ${token}:${preimage}`);
    expect((await fetch(url, { headers: { authorization } })).status).toBe(200);
  });

  it("is not whoever shares an agent's address: that invoice opens by its preimage only", async () => {
    const url = await world.sell("/v1/weather");
    const { bolt11, token, paymentHash } = await ask(url);
    await net.payer.pay(bolt11);
    await expect.poll(() => stateOf(url, paymentHash), { timeout: 5_000 }).toBe("paid");
    for (const as of ["", "token", "l402"]) expect((await unlock(url, { token, as })).status).toBe(402);
  });
});

it("the node's money, receipts, ledger and dashboard are one sum", async () => {
  const { total, msat, count } = await readReceipts(world.pool, world.workspaceId);
  expect(count).toBeGreaterThanOrEqual(59);
  // A cent is ten satoshi here.
  expect(msat).toBe(total);
  expect(await readRevenue(world.pool, world.workspaceId)).toEqual([total, total]);
});
