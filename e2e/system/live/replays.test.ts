import pg from "pg";
import { authorizationTypes } from "@x402/evm";
import type { Hex, LocalAccount } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { USDC, usdcAbi } from "../../chain/start-chain.ts";
import { getInstance } from "../../instance.ts";
import { askAgain, paidBy, present, refused, served } from "./attempt.ts";
import { readReceipt } from "./creator.ts";
import { createPayer, type ExactPayload, pay } from "./payer.ts";
import { type LiveWorld, startLiveWorld } from "./world.ts";

const db = new pg.Pool({ connectionString: getInstance().databaseUrl, max: 2 });
let world: LiveWorld;
beforeAll(async () => {
  world = await startLiveWorld({ gateways: 2 });
}, 60_000);
afterAll(async () => {
  await world.close();
  await db.end();
});

/** What is left of a minute after the lease. */
const half = { timeout: 30_000, interval: 250 };
const soon = { timeout: 10_000, interval: 200 };
const redeemed = { status: 409, code: "credential_redeemed", served: false };
const targetOf = (payer: LocalAccount): string => `/goods?for=${payer.address}`;

/** What the facilitator was asked about a payer. */
function askedAbout(payer: LocalAccount): readonly string[] {
  const { requests } = world.facilitator;
  const about = requests.filter(({ payload }) => JSON.stringify(payload ?? {}).includes(payer.address));
  return about.map(({ path }) => path);
}

async function prepare() {
  const payer = await createPayer(world.chain);
  const target = targetOf(payer);
  const url = world.link(target);
  return { payer, target, url, ...(await pay(payer, url)) };
}

/** Its receipts, by the payer. */
async function receiptsOf(payer: LocalAccount) {
  const receipts = await world.creator.receipts();
  return receipts.filter((receipt) => receipt.payer === payer.address);
}

/** The half minute for which a claim is held goes by at once. */
async function endLease(payer: LocalAccount): Promise<void> {
  const ended = await db.query("UPDATE payment SET lease_until = now() WHERE payer = $1", [payer.address]);
  expect(ended.rowCount).toBe(1);
}

describe("one payment, presented 1,000 times at once", { timeout: 60_000 }, () => {
  it.each([
    ["B357 to one process", 1],
    ["B358 to two processes", 2],
  ])("%s: one 200, one charge, one receipt, one run; 999 are 409", async (_, processes) => {
    const { payer, target, headers } = await prepare();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (__, index) =>
        present(world.link(target, world.gateways[index % processes]), headers),
      ),
    );
    expect(answers.filter((answer) => answer.status === 200)).toEqual([served]);
    expect(answers.filter(({ status, code }) => status === 409 && code !== undefined)).toHaveLength(999);
    expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
    expect(askedAbout(payer)).toEqual(["verify", "settle"]);
    expect(world.upstream.runs(target)).toBe(1);
    expect(await receiptsOf(payer)).toHaveLength(1);
  });
});

describe("a payment that was delivered", { timeout: 30_000 }, () => {
  it("B360 is 409 after kill -9 and a new start", async () => {
    const [, second] = world.gateways;
    const { payer, target, headers } = await prepare();
    const url = world.link(target, second);
    expect(await present(url, headers)).toEqual(served);
    // The answer's end is written down behind it.
    await vi.waitFor(async () => expect(await present(url, headers)).toMatchObject(redeemed), soon);
    await second?.kill();
    await second?.restart();
    expect(await present(url, headers)).toMatchObject(redeemed);
    expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
  });

  it("B361 is refused a month later, when everything that expires has been swept", async () => {
    const { payer, url, headers } = await prepare();
    expect(await present(url, headers)).toEqual(served);
    await vi.waitFor(async () => expect(await present(url, headers)).toMatchObject(redeemed), soon);
    const aged = await db.query(
      "UPDATE payment SET created_at = created_at - interval '30 days', updated_at = updated_at - interval '30 days' WHERE payer = $1",
      [payer.address],
    );
    expect(aged.rowCount).toBe(1);
    expect(await present(url, headers)).toMatchObject(redeemed);
    expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
  });
});

describe("money that goes elsewhere between check and settlement (B398)", { timeout: 30_000 }, () => {
  it("an authorization that is cancelled then is 402 with a new challenge, and nothing is served", async () => {
    const { payer, target, url, headers, payload } = await prepare();
    world.upstream.onNext(target, () => cancel(payer, payload));
    expect(await present(url, headers)).toEqual(refused("settlement_failed"));
    expect(world.upstream.runs(target)).toBe(1);
    expect(await present(url, headers)).toMatchObject({ status: 402, served: false });
    expect(await paidBy(world.chain, payer)).toEqual([]);
    expect(await receiptsOf(payer)).toEqual([]);
  });

  it("another payment of the same payer does not stand in for one that was cancelled", async () => {
    const { facilitator, upstream, chain } = world;
    const { payer, target, url, headers } = await prepare();
    expect(await present(url, headers)).toEqual(served);
    const other = await pay(payer, url);
    await facilitator.misbehave("other-transaction", { payer: payer.address, times: 1 });
    upstream.onNext(target, () => cancel(payer, other.payload));
    expect(await present(url, other.headers)).toEqual(refused("settlement_failed"));
    expect(await paidBy(chain, payer)).toEqual([10_000n]);
    expect(await receiptsOf(payer)).toHaveLength(1);
  });

  it("a balance that is gone then is 402 with a new challenge, and nothing is served", async () => {
    const { chain, upstream } = world;
    const { payer, target, url, headers } = await prepare();
    upstream.onNext(target, async () => {
      const args = [chain.accounts[5].address, 10_000_000n] as const;
      const call = { address: USDC, abi: usdcAbi, functionName: "transfer", args } as const;
      await chain.include(await chain.client.writeContract({ ...call, account: payer }));
    });
    expect(await present(url, headers)).toEqual(refused("settlement_failed"));
    expect(await receiptsOf(payer)).toEqual([]);
  });
});

describe("a payer who never comes back", { timeout: 90_000 }, () => {
  it("after an answer that was lost: receipt and revenue are there within a minute, without anybody asking", async () => {
    const { facilitator, chain, creator } = world;
    const { payer, url, headers } = await prepare();
    const before = BigInt((await creator.overview()).totals.revenue);
    await facilitator.misbehave("slow", { path: "settle", payer: payer.address, times: 1, afterMs: 2_000 });
    expect(await present(url, headers)).toEqual(askAgain("settlement_unknown"));
    await vi.waitFor(async () => expect(await paidBy(chain, payer)).toEqual([10_000n]), soon);
    await endLease(payer);
    await vi.waitFor(async () => expect(await receiptsOf(payer)).toHaveLength(1), half);
    const [transfer] = await chain.transfers({ from: payer.address });
    const [receipt] = await receiptsOf(payer);
    expect(await readReceipt(receipt?.id ?? "")).toMatchObject({
      amount: "10000",
      mode: "live",
      reference: transfer?.transaction,
    });
    expect(BigInt((await creator.overview()).totals.revenue)).toBe(before + 10_000n);
    // Later he does, and gets what he has paid for.
    expect(await present(url, headers)).toEqual(served);
    expect(await paidBy(chain, payer)).toEqual([10_000n]);
  });

  it("after kill -9 in the middle of the settlement: the same, and the payment still buys its answer once", async () => {
    const { facilitator, chain } = world;
    const [, second] = world.gateways;
    const { payer, target, headers, url } = await prepare();
    await facilitator.misbehave("slow", { path: "settle", payer: payer.address, times: 1, afterMs: 500 });
    const lost = fetch(world.link(target, second), { headers }).catch(() => "lost");
    await vi.waitFor(() => expect(askedAbout(payer)).toEqual(["verify", "settle"]), { interval: 20 });
    await second?.kill();
    expect(await lost).toBe("lost");
    await vi.waitFor(async () => expect(await paidBy(chain, payer)).toEqual([10_000n]), soon);
    await endLease(payer);
    await vi.waitFor(async () => expect(await receiptsOf(payer)).toHaveLength(1), half);
    expect(await present(url, headers)).toEqual(served);
    await vi.waitFor(async () => expect(await present(url, headers)).toMatchObject(redeemed), soon);
    expect(await paidBy(chain, payer)).toEqual([10_000n]);
    expect(await receiptsOf(payer)).toHaveLength(1);
  });
});

async function cancel(payer: LocalAccount, { payload }: ExactPayload): Promise<void> {
  const { chain } = world;
  const nonce = payload.authorization.nonce as Hex;
  const domain = { name: "USDC", version: "2", chainId: 84_532, verifyingContract: USDC } as const;
  const signature = await payer.signTypedData({
    domain,
    types: {
      ...authorizationTypes,
      CancelAuthorization: [
        { name: "authorizer", type: "address" },
        { name: "nonce", type: "bytes32" },
      ],
    },
    primaryType: "CancelAuthorization",
    message: { authorizer: payer.address, nonce },
  });
  const args = [payer.address, nonce, signature] as const;
  const call = { address: USDC, abi: usdcAbi, functionName: "cancelAuthorization", args } as const;
  await chain.include(await chain.client.writeContract({ ...call, account: payer }));
}
