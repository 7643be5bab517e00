import type { LocalAccount } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FacilitatorMode, MisbehaveOptions } from "../../chain/facilitator-modes.ts";
import { getInstance } from "../../instance.ts";
import { askAgain, paidBy, present, presentUntilServed, refused, served } from "./attempt.ts";
import { readReceipt } from "./creator.ts";
import { createPayer, pay, readOffer, signUpto, toHeader } from "./payer.ts";
import { type LiveWorld, startLiveWorld } from "./world.ts";
import { perToken } from "../per-token.ts";

const LATE_MS = 2_500;
const soon = { timeout: 10_000, interval: 300 };
const redeemed = { status: 409, code: "credential_redeemed" };

let world: LiveWorld;
beforeAll(async () => {
  world = await startLiveWorld();
}, 60_000);
afterAll(() => world.close());

interface Case {
  /** With the number of the case in the list of bad inputs, where it has one. */
  readonly name: string;
  readonly mode: FacilitatorMode;
  readonly how?: MisbehaveOptions;
}

interface Met extends Omit<Case, "name"> {
  readonly expected: object;
  /** How often the upstream was asked by then. */
  readonly runs: number;
}

const targetOf = (payer: LocalAccount): string => `/goods?for=${payer.address}`;

/** A payer meets a fault once. */
async function meet({ mode, how, expected, runs }: Met) {
  const { chain, facilitator, upstream } = world;
  const payer = await createPayer(chain);
  await facilitator.misbehave(mode, { times: 1, payer: payer.address, ...how });
  const url = world.link(targetOf(payer));
  const { headers } = await pay(payer, url);
  expect(await present(url, headers)).toEqual(expected);
  expect(upstream.runs(targetOf(payer))).toBe(runs);
  return { payer, url, headers, again: () => present(url, headers) };
}

/** … and then presents the same payment until it is served: charged once, whenever the facilitator wakes up. */
async function meetAndGoOn(met: Met): Promise<void> {
  const { payer, url, headers, again } = await meet(met);
  await presentUntilServed(url, headers);
  expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
  await vi.waitFor(async () => expect(await again()).toMatchObject(redeemed), soon);
  await new Promise((resolve) => setTimeout(resolve, met.how?.afterMs ?? 0));
  expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
}

describe.concurrent("a facilitator that does not say whether it would settle", { timeout: 30_000 }, () => {
  it.each<Case>([
    { name: "a broken connection", mode: "reset" },
    { name: "silence", mode: "hang" },
    { name: "too slow", mode: "slow", how: { afterMs: LATE_MS } },
    { name: "500", mode: "error-500" },
    { name: "B396 429", mode: "rate-limit" },
    { name: "B395 HTML", mode: "html" },
    { name: "half an answer", mode: "garbage" },
    { name: "B392 an answer about another payer", mode: "wrong-payer-verify" },
  ])("$name: 503, the upstream is not asked, and the same payment works later", (one) => {
    const expected = askAgain("rail_unavailable");
    return meetAndGoOn({ ...one, how: { path: "verify", ...one.how }, expected, runs: 0 });
  });
});

describe.concurrent("a facilitator after whose answer nobody knows what became of the money", () => {
  it.each<Case>([
    { name: "a broken connection", mode: "reset" },
    { name: "silence", mode: "hang" },
    { name: "too slow, and settled behind it", mode: "slow", how: { afterMs: LATE_MS } },
    { name: "500", mode: "error-500" },
    { name: "B396 429", mode: "rate-limit" },
    { name: "B395 HTML", mode: "html" },
    { name: "half an answer", mode: "garbage" },
    { name: "success with a transaction that is none", mode: "lie-success" },
    { name: "B393 success without a transaction", mode: "success-without-transaction" },
    { name: "success with somebody else's transaction", mode: "other-transaction" },
    { name: "success with another amount", mode: "wrong-amount" },
    { name: "success with a transfer of its own", mode: "wrong-payee" },
    { name: "duplicate_settlement", mode: "duplicate" },
  ])("$name: 503 and no new challenge; in the end served once, charged once", { timeout: 30_000 }, (one) => {
    const expected = askAgain("settlement_unknown");
    return meetAndGoOn({ ...one, how: { path: "settle", ...one.how }, expected, runs: 1 });
  });
});

describe.concurrent("a facilitator that settles and does not say so", { timeout: 30_000 }, () => {
  it.each<Case>([
    { name: "an answer after the timeout", mode: "late", how: { afterMs: LATE_MS } },
    { name: "an answer that is lost", mode: "drop-reply" },
    { name: "a failure that was none", mode: "lie-failure" },
    { name: "B397 settlement_pending", mode: "pending" },
  ])("$name: served, because the chain says that it was paid", async (one) => {
    const { payer, again } = await meet({ ...one, expected: served, runs: 1 });
    expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
    await vi.waitFor(async () => expect(await again()).toMatchObject(redeemed), soon);
    expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
  });
});

describe.concurrent("a facilitator that refuses", { timeout: 30_000 }, () => {
  it.each<Omit<Case, "name"> & { code: string }>([
    { mode: "invalid-verify", code: "payment_insufficient" },
    {
      mode: "invalid-verify",
      how: { reason: "invalid_exact_evm_payload_signature" },
      code: "verification_failed",
    },
    {
      mode: "invalid-verify",
      how: { reason: "invalid_exact_evm_payload_authorization_valid_before" },
      code: "payment_expired",
    },
    { mode: "refuse-settle", code: "settlement_failed" },
    { mode: "refuse-settle", how: { status: 402 }, code: "settlement_failed" },
  ])(
    "$mode: 402 $code with a new challenge, nothing charged, nothing served",
    async ({ mode, how, code }) => {
      const runs = mode === "invalid-verify" ? 0 : 1;
      const { payer } = await meet({ mode, ...(how && { how }), expected: refused(code), runs });
      expect(await paidBy(world.chain, payer)).toEqual([]);
    },
  );

  it("does so for an address that holds less than the price", async () => {
    const poor = await createPayer(world.chain, 9_999n);
    const url = world.link(targetOf(poor));
    const { headers } = await pay(poor, url);
    expect(await present(url, headers)).toEqual(refused("payment_insufficient"));
    expect(await paidBy(world.chain, poor)).toEqual([]);
  });
});

it("a facilitator that is gone when it should settle has charged nobody: 503, and served once it is back", async () => {
  const { chain, facilitator, upstream } = world;
  const payer = await createPayer(chain);
  const url = world.link(targetOf(payer));
  const { headers } = await pay(payer, url);
  upstream.onNext(targetOf(payer), () => facilitator.misbehave("down"));
  expect(await present(url, headers)).toEqual(askAgain("rail_unavailable"));
  expect(await present(url, headers)).toEqual(askAgain("rail_unavailable"));
  expect(await paidBy(world.chain, payer)).toEqual([]);
  await facilitator.behave();
  await presentUntilServed(url, headers);
  expect(await paidBy(world.chain, payer)).toEqual([10_000n]);
});

it("a node that is away: nobody is asked to settle, and what was settled is served once it is back", async () => {
  const { chain, rpc, facilitator } = world;
  const payer = await createPayer(chain);
  const url = world.link(targetOf(payer));
  const { headers } = await pay(payer, url);
  const settles = () =>
    facilitator.requests.filter(
      ({ path, payload }) => path === "settle" && JSON.stringify(payload).includes(payer.address),
    ).length;
  try {
    rpc.setAway(true);
    expect(await present(url, headers)).toEqual(askAgain("rail_unavailable"));
    expect(settles()).toBe(0);
    rpc.setAway(false);
    await facilitator.misbehave("slow", { path: "settle", times: 1, afterMs: 300, payer: payer.address });
    const presented = present(url, headers);
    await vi.waitFor(() => expect(settles()).toBe(1), { timeout: 5_000, interval: 10 });
    rpc.setAway(true);
    expect(await presented).toEqual(askAgain("settlement_unknown"));
    expect(await paidBy(chain, payer)).toEqual([10_000n]);
    expect(await present(url, headers)).toEqual(askAgain("settlement_unknown"));
  } finally {
    rpc.setAway(false);
  }
  await presentUntilServed(url, headers);
  expect(await paidBy(chain, payer)).toEqual([10_000n]);
});

it("a stream whose capture fails is captured later, once, with nobody asking for it", async () => {
  const { chain, facilitator, gateway } = world;
  const metered = await world.creator.sell({
    kind: "stream",
    price: perToken,
    url: `${getInstance().demoUrl}/`,
  });
  const payer = await createPayer(chain);
  await chain.approvePermit2(payer);
  await facilitator.misbehave("error-500", { path: "settle", times: 2, payer: payer.address });
  const url = `${gateway.url}/p/${metered.slug}/v1/chat/completions?ms=1&tokens=20`;
  const body = JSON.stringify({ model: "demo", stream: true, messages: [{ role: "user", content: "Hi" }] });
  const post = { method: "POST", headers: { "content-type": "application/json" }, body };
  const offer = await readOffer(url, post, "upto");
  const headers = { ...post.headers, ...toHeader(await signUpto(payer, offer)) };
  const answer = await fetch(url, { ...post, headers });
  expect(answer.status).toBe(200);
  await answer.text();
  const id = answer.headers.get("paywall-receipt") ?? "";
  const { amount, reference } = await vi.waitFor(() => readReceipt(id), { timeout: 15_000 });
  const transfers = await chain.transfers({ from: payer.address });
  expect(transfers.map(({ value, transaction }) => [value, transaction])).toEqual([
    [BigInt(amount), reference],
  ]);
  const replay = await fetch(url, { ...post, headers });
  await replay.text();
  expect(replay.status).toBe(409);
});
