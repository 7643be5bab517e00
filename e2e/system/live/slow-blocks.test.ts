import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Hex } from "viem";
import { startChain } from "../../chain/start-chain.ts";
import { askAgain, paidBy, present, presentUntilServed } from "./attempt.ts";
import { readReceipt } from "./creator.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { createPayer, pay } from "./payer.ts";
import { type LiveWorld, SHORT, startLiveWorld } from "./world.ts";

/** A block every two seconds, and a payment counts under two of them. */
const TWO = { STABLECOIN_CONFIRMATIONS: "2" };
let chain: Awaited<ReturnType<typeof startChain>>;
let world: LiveWorld;
let impatient: Gateway;
beforeAll(async () => {
  chain = await startChain({ blockSeconds: 2 });
  world = await startLiveWorld({ chain, env: TWO });
  impatient = await startGateway({
    facilitators: [world.facilitator],
    rpcUrl: chain.rpcUrl,
    env: { ...SHORT, ...TWO },
  });
}, 60_000);
afterAll(async () => {
  await impatient.close();
  await world.close();
  await chain.close();
});

/** Blocks that contain or follow a transaction. */
async function depthOf(hash: Hex): Promise<bigint> {
  const [head, { blockNumber }] = await Promise.all([
    chain.client.getBlockNumber(),
    chain.client.getTransactionReceipt({ hash }),
  ]);
  return head - blockNumber + 1n;
}

async function transactionOf(payer: { readonly address: Hex }): Promise<Hex> {
  const [transfer] = await chain.transfers({ from: payer.address });
  if (transfer === undefined) throw new Error("Nothing was paid");
  return transfer.transaction;
}

describe.concurrent("a creator who waits for two blocks", { timeout: 30_000 }, () => {
  it("is paid under two of them before the first byte goes out", async () => {
    const payer = await createPayer(chain);
    const url = world.link(`/goods?for=${payer.address}`);
    const { headers } = await pay(payer, url);
    const answer = await fetch(url, { headers });
    const hash = await transactionOf(payer);
    expect(await depthOf(hash)).toBeGreaterThanOrEqual(2n);
    expect(answer.status).toBe(200);
    await answer.text();
    expect(await readReceipt(answer.headers.get("paywall-receipt") ?? "")).toMatchObject({ reference: hash });
  });

  it("B397 is not served from until then: 503 and the same payment again, served once, charged once", async () => {
    const payer = await createPayer(chain);
    await world.facilitator.misbehave("pending", { payer: payer.address });
    const url = world.link(`/goods?for=${payer.address}`, impatient);
    const { headers } = await pay(payer, url);
    expect(await present(url, headers)).toEqual(askAgain("settlement_unknown"));
    await presentUntilServed(url, headers);
    expect(await depthOf(await transactionOf(payer))).toBeGreaterThanOrEqual(2n);
    expect(await paidBy(chain, payer)).toEqual([10_000n]);
  });
});
