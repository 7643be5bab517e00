import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { makePayout } from "../../../lib/testing/factories.ts";
import { type Lightning, startLightning } from "../nodes/start-lightning.ts";
import { readReceipts } from "./books.ts";
import { ask, type LightningChallenge } from "./challenge.ts";
import { type LiveWorld, startLiveWorld } from "./world.ts";

let net: Lightning;
let world: LiveWorld;
let facilitator: Awaited<ReturnType<typeof startFacilitator>>;
let line: Awaited<ReturnType<Lightning["cut"]>>;

beforeAll(async () => {
  net = await startLightning();
  line = await net.cut(net.creator);
  const connection = { ...net.creator.connection, socket: line.socket };
  facilitator = await startFacilitator();
  const env = { FACILITATORS: facilitator.url, STABLECOIN_NETWORKS: "eip155:84532=http://127.0.0.1:9" };
  world = await startLiveWorld({ connection, address: line.socket, nodeKey: net.creator.pubkey, env });
  await makePayout(world.pool, world.workspaceId);
});
afterEach(async () => {
  net.creator.resume();
  await line.up();
});
afterAll(async () => {
  facilitator?.close();
  await world?.close();
  await net?.close();
});

/** Says what it would settle, which is all that an offer needs. */
async function startFacilitator() {
  const kinds = [{ x402Version: 2, scheme: "exact", network: "eip155:84532" }];
  const server = createServer((_, response) => {
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ kinds, extensions: [], signers: {} }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

const credited = async (hashes: readonly string[]): Promise<number> => {
  const { references } = await readReceipts(world.pool, world.workspaceId);
  return hashes.filter((hash) => references.includes(hash)).length;
};

/** @returns How long the answer took, ms. */
async function timed(url: string): Promise<{ answer: Response; body: { code?: string }; ms: number }> {
  const started = performance.now();
  const answer = await fetch(url);
  const body = await answer.json();
  return { answer, body, ms: performance.now() - started };
}

it("50 payments while the gateway's line to its node is cut for 30 s are credited within 10 s of its return", async () => {
  const url = await world.sell("/v1/echo");
  const challenges: LightningChallenge[] = [];
  for (let index = 0; index < 50; index++) challenges.push(await ask(`${url}/${index}`));
  const hashes = challenges.map(({ paymentHash }) => paymentHash);
  expect(new Set(hashes).size).toBe(50);
  await line.down();
  const cutAt = Date.now();
  const preimages = await Promise.all(
    challenges.map(async ({ bolt11 }) => (await net.payer.pay(bolt11)).preimage),
  );
  // Paid, and nobody can be asked: kept waiting, never asked to pay again.
  const waiting = await fetch(`${url}/0`, { headers: challenges[0]?.l402(preimages[0] ?? "") ?? {} });
  expect(waiting.status).toBe(503);
  expect(waiting.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(waiting.headers.get("www-authenticate")).toBeNull();
  await delay(30_000 - (Date.now() - cutAt));
  expect(await credited(hashes)).toBe(0);
  await line.up();
  const backAt = Date.now();
  await expect.poll(() => credited(hashes), { timeout: 10_000, interval: 50 }).toBe(50);
  process.stdout.write(`50 payments of a 30 s cut credited ${Date.now() - backAt} ms after its end\n`);
  const statuses = await Promise.all(
    challenges.map(
      async ({ l402 }, index) =>
        (await fetch(`${url}/${index}`, { headers: l402(preimages[index] ?? "") })).status,
    ),
  );
  expect(statuses).toEqual(statuses.map(() => 200));
  const after = await readReceipts(world.pool, world.workspaceId);
  expect(after.count).toBe(50);
}, 120_000);

it.each([
  ["killed", () => net.creator.kill(), () => net.creator.restart()],
  ["hanging", async () => net.creator.pause(), async () => net.creator.resume()],
  ["cut off", () => line.down(), () => line.up()],
] as const)(
  "a node that is %s: 503 with Retry-After within two seconds, and paid for again when it is back",
  async (_name, away, back) => {
    const url = await world.sell("/v1/weather");
    await away();
    for (let round = 0; round < 3; round++) {
      const { answer, body, ms } = await timed(`${url}?round=${round}`);
      expect(body).toMatchObject({ status: 503, code: "rail_unavailable" });
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(ms).toBeLessThan(2_000);
    }
    await back();
    await expect
      .poll(async () => (await ask(`${url}?again`)).status, { timeout: 20_000, interval: 500 })
      .toBe(402);
  },
  90_000,
);

it("a node that is killed while it makes an invoice: the 402 still offers the other rails", async () => {
  const url = await world.sell("/v1/weather", { rails: ["lightning", "stablecoin"] });
  net.creator.pause();
  const asked = timed(url);
  await delay(200);
  await net.creator.kill();
  const { answer, ms } = await asked;
  expect(answer.status).toBe(402);
  expect(answer.headers.get("payment-required")).not.toBeNull();
  expect(answer.headers.get("www-authenticate") ?? "").not.toContain("L402");
  expect(ms).toBeLessThan(2_000);
  await net.creator.restart();
  await expect.poll(async () => (await ask(`${url}?again`)).bolt11, { timeout: 20_000 }).toMatch(/^lnbcrt/);
}, 90_000);
