import type { Quote, Terms } from "@x402-paywall/core";
import { entitlementIdOf } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { createSigner, nodeCrypto } from "./node/crypto.ts";
import type { Rail, Settlement } from "./rail.ts";
import { reconcilePayments } from "./reconcile.ts";
import type { NewClaim } from "./store.ts";
import { createMemoryStore } from "./stores/memory.ts";

const LEASE_MS = 30_000;
const usdc = (amount: bigint) => ({ asset: "USDC", amount: `${amount}`, unit: "1e-6", network: "test" });
const settled = (amount?: bigint): Settlement => ({
  outcome: "settled",
  reference: "0xabc",
  ...(amount === undefined ? {} : { settled: usdc(amount) }),
});
const failed: Settlement = { outcome: "failed", detail: "Nothing was charged." };
const unknown: Settlement = { outcome: "unknown", retryAfter: 5 };

/** A store whose clock the test moves, and a rail that says what it is told to and counts how often it was asked. */
function setUp(answers: Record<string, Settlement | Error> = {}) {
  let now = Date.UTC(2026, 10, 24);
  const store = createMemoryStore(() => now);
  const asked: string[] = [];
  const status = async (key: string): Promise<Settlement> => {
    asked.push(key);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const answer = answers[key] ?? failed;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const never = () => {
    throw new Error("A reconciler only asks");
  };
  const rail: Rail = {
    id: "sandbox",
    mode: "test",
    settles: () => "on-commit",
    offer: () => [],
    accepts: () => true,
    verify: never,
    settle: never,
    status,
  };
  const run = (rails: readonly Rail[] = [rail]) =>
    reconcilePayments({
      store,
      rails,
      crypto: nodeCrypto,
      signer: createSigner(new Uint8Array(32).fill(3)),
      clock: () => now,
      log: () => {},
      olderThanMs: 0,
      limit: 100,
    });
  const quoteOf = (terms: Terms): Quote => ({
    id: "q",
    mode: "test",
    endpointId: "ep_1",
    routeId: "rt_1",
    priceVersion: 1,
    amount: 50_000n,
    terms,
    rate: { msatPerUsd: 1_000_000n, asOf: 0 },
    bindingHash: "h",
    issuedAt: Math.floor(now / 1000),
    expiresAt: Math.floor(now / 1000) + 300,
  });
  const claimOf = (paymentKey: string, terms: Terms = { kind: "use" }): NewClaim => ({
    paymentKey,
    owner: `own_${Math.random()}`,
    leaseMs: LEASE_MS,
    workspaceId: "ws_1",
    quote: quoteOf(terms),
    rail: "sandbox",
    wire: "x402",
    payer: "0xaa",
  });
  /** What a gateway leaves that dies at this point. */
  const crash = async (paymentKey: string, at: "claimed" | "settling" | "unknown", terms?: Terms) => {
    const claim = claimOf(paymentKey, terms);
    await store.claim(claim);
    if (at !== "claimed") await store.beginSettlement(claim);
    if (at === "unknown") await store.markUnknown(claim);
    return claim;
  };
  const stateOf = async (key: string) => (await store.findPayment(key))?.state;
  return { store, asked, run, crash, stateOf, claimOf, answers, advance: (ms: number) => (now += ms) };
}

describe("a payment that a crash left", () => {
  it("is left alone while its lease runs", async () => {
    const { run, crash, advance, asked, stateOf } = setUp({ k: settled() });
    await crash("k", "settling");
    advance(LEASE_MS - 1);
    expect(await run()).toMatchObject({ settled: 0, released: 0, busy: 0 });
    expect([asked, await stateOf("k")]).toEqual([[], "settling"]);
  });

  it("claimed: is released, and the rail is not even asked", async () => {
    const { run, crash, advance, asked, stateOf, store } = setUp({ k: settled() });
    const claim = await crash("k", "claimed");
    advance(LEASE_MS + 1);
    expect(await run()).toMatchObject({ released: 1 });
    expect([asked, await stateOf("k"), store.receipts()]).toEqual([[], "released", []]);
    expect(await store.claim({ ...claim, owner: "own_next" })).toMatchObject({ outcome: "claimed" });
  });

  it.each(["settling", "unknown"] as const)(
    "%s and charged: gets its receipt and stays served-to-be",
    async (at) => {
      const { run, crash, advance, stateOf, store } = setUp({ k: settled(50_000n) });
      const claim = await crash("k", at);
      advance(LEASE_MS + 1);
      expect(await run()).toMatchObject({ settled: 1 });
      expect(await stateOf("k")).toBe("settled");
      expect(store.receipts()).toMatchObject([
        { paymentKey: "k", amount: 50_000n, payer: "0xaa", reference: "0xabc" },
      ]);
      expect(store.ledger().reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
      expect(await store.claim({ ...claim, owner: "own_next" })).toMatchObject({
        outcome: "claimed",
        previous: "settled",
      });
      expect(await run()).toMatchObject({ settled: 0 });
      expect(store.receipts()).toHaveLength(1);
    },
  );

  it.each(["settling", "unknown"] as const)("%s and not charged: is good again", async (at) => {
    const { run, crash, advance, stateOf, store } = setUp({ k: failed });
    await crash("k", at);
    advance(LEASE_MS + 1);
    expect(await run()).toMatchObject({ released: 1 });
    expect([await stateOf("k"), store.receipts()]).toEqual(["released", []]);
  });

  it("gets an entitlement by the terms of its quote", async () => {
    const { run, crash, advance, store } = setUp({ pass: settled(), uses: settled(), balance: settled() });
    await crash("pass", "settling", { kind: "pass", seconds: 60 });
    await crash("uses", "settling", { kind: "uses", uses: 10, seconds: 60 });
    await crash("balance", "settling", { kind: "balance", seconds: 60 });
    advance(LEASE_MS + 1);
    expect(await run()).toMatchObject({ settled: 3 });
    const find = (key: string) => store.findEntitlement(entitlementIdOf(key, nodeCrypto));
    expect(await find("pass")).toMatchObject({ kind: "pass", scope: "rule_rt_1" });
    expect(await find("uses")).toMatchObject({ kind: "uses", scope: "rule_rt_1", usesLeft: 10 });
    expect(await find("balance")).toMatchObject({ kind: "balance", scope: "*", deposited: 50_000n });
  });

  it("captured in part: is charged what the rail says, and leaves no balance", async () => {
    const { run, crash, advance, store } = setUp({ "permit2:n:0xaa:1": settled(1_234n) });
    // As it is claimed: a maximum buys its one answer, whatever else its quote could have bought.
    await crash("permit2:n:0xaa:1", "settling", { kind: "use" });
    advance(LEASE_MS + 1);
    await run();
    expect(store.receipts()).toMatchObject([{ amount: 1_234n, settled: { amount: "1234" } }]);
    expect(await store.findEntitlement(entitlementIdOf("permit2:n:0xaa:1", nodeCrypto))).toBeUndefined();
  });
});

describe("a rail that does not know", () => {
  it.each([unknown, new Error("No answer")])(
    "is asked again later, ever more rarely (%o)",
    async (answer) => {
      const { run, crash, advance, asked, stateOf, answers } = setUp({ k: answer });
      await crash("k", "settling");
      advance(LEASE_MS + 1);
      expect(await run()).toMatchObject({ unknown: 1 });
      expect([await stateOf("k"), asked.length]).toEqual(["unknown", 1]);
      await run();
      expect(asked).toHaveLength(1);
      advance(5_001);
      await run();
      expect(asked).toHaveLength(2);
      // Two days on, a minute is nothing and ten are enough.
      advance(2 * 86_400_000);
      await run();
      advance(60_000);
      await run();
      expect(asked).toHaveLength(3);
      answers["k"] = settled();
      advance(540_001);
      expect(await run()).toMatchObject({ settled: 1 });
    },
  );

  it("does not keep a payer from presenting the credential again meanwhile", async () => {
    const { run, crash, advance, store } = setUp({ k: unknown });
    const claim = await crash("k", "settling");
    advance(LEASE_MS + 1);
    await run();
    expect(await store.claim({ ...claim, owner: "own_next" })).toMatchObject({
      outcome: "claimed",
      previous: "unknown",
    });
  });

  it("may be gone: nothing is decided without it", async () => {
    const { run, crash, advance, stateOf } = setUp();
    await crash("k", "settling");
    advance(LEASE_MS + 1);
    expect(await run([])).toMatchObject({ unknown: 1 });
    expect(await stateOf("k")).toBe("unknown");
  });
});

it("makes one receipt, however many reconcilers and presentations are at it", async () => {
  const { run, crash, advance, asked, store, claimOf } = setUp({ a: settled(), b: settled() });
  await crash("a", "settling");
  await crash("b", "settling");
  advance(LEASE_MS + 1);
  const [, , , live] = await Promise.all([
    run(),
    run(),
    run(),
    store.claim({ ...claimOf("b"), quote: claimOf("b").quote }),
  ]);
  expect(["claimed", "in-progress"]).toContain(live.outcome);
  expect(asked.filter((key) => key === "a")).toHaveLength(1);
  advance(LEASE_MS + 1);
  await run();
  expect(
    store
      .receipts()
      .map(({ paymentKey }) => paymentKey)
      .toSorted(),
  ).toEqual(["a", "b"]);
});
