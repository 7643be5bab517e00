import { expect, it } from "vitest";
import { makeHold, openEntitlement, passTime, type StoreHarness } from "./store-fixtures.ts";

/** Extending, settling and sweeping of holds; part of the store contract. */
export function describeHoldLives(use: () => StoreHarness): void {
  const opened = async (
    overrides: Parameters<typeof openEntitlement>[1] = {},
    hold: Parameters<typeof makeHold>[1] = {},
  ) => {
    const { store } = use();
    const { entitlement } = await openEntitlement(use(), overrides);
    const made = makeHold(entitlement.id, { amount: 10n, ...hold });
    expect(await store.openHold(made)).toMatchObject({ outcome: "held" });
    const left = async () => {
      const record = await store.findEntitlement(entitlement.id);
      return record && [record.held, record.spent, record.usesLeft];
    };
    return { store, entitlement, id: made.id, left };
  };

  it("charges what was used, cut at the hold, and returns the rest once", async () => {
    const { store, id, entitlement, left } = await opened();
    const other = makeHold(entitlement.id, { amount: 20n });
    await store.openHold(other);
    const settle = (captured: bigint) =>
      store.settleHold({ id, captured, uses: 0, usage: { outputTokens: 3 } });
    const outcomes = await Promise.all([settle(4n), settle(4n), settle(4n)]);
    expect(outcomes.toSorted()).toEqual(["lost", "lost", "settled"]);
    expect(await settle(9n)).toBe("lost");
    expect(await left()).toEqual([20n, 4n, null]);
    expect(await store.settleHold({ id: other.id, captured: 21n, uses: 0 })).toBe("settled");
    expect(await left()).toEqual([0n, 24n, null]);
    expect(await store.settleHold({ id: "hld_none", captured: 1n, uses: 0 })).toBe("lost");
  });

  it("tells what a hold came to: so far, charged, or nothing at all", async () => {
    const { store, id, entitlement } = await opened({ uses: 2 }, { uses: 1 });
    const { endpointId, mode } = entitlement;
    const common = { entitlementId: entitlement.id, endpointId, mode };
    await store.extendHold({ id, amount: 0n, captured: 3n, leaseMs: 60_000 });
    const open = { ...common, id, state: "held", captured: 3n, usage: null, settledAt: null };
    expect(await store.findHold(id)).toEqual(open);
    const usage = { outputTokens: 3, costPicoUsd: 9_007_199_254_740_993n };
    await store.settleHold({ id, captured: 4n, uses: 1, usage });
    const charged = { ...open, state: "settled", captured: 4n, usage, settledAt: expect.any(Number) };
    expect(await store.findHold(id)).toEqual(charged);
    const free = makeHold(entitlement.id, { uses: 1 });
    await store.openHold(free);
    await store.settleHold({ id: free.id, captured: 0n, uses: 0 });
    expect(await store.findHold(free.id)).toMatchObject({ state: "released", captured: 0n });
    const used = makeHold(entitlement.id, { uses: 1 });
    await store.openHold(used);
    await store.settleHold({ id: used.id, captured: 0n, uses: 1 });
    expect(await store.findHold(used.id)).toMatchObject({ state: "settled", captured: 0n });
    expect(await store.findHold("hld_none")).toBeUndefined();
  });

  it("gives a use back where nothing was served", async () => {
    const { store, id, entitlement, left } = await opened(
      { kind: "uses", uses: 2, deposit: 0n },
      { amount: 0n, uses: 1 },
    );
    expect(await left()).toEqual([0n, 0n, 1]);
    await store.settleHold({ id, captured: 0n, uses: 0 });
    expect(await left()).toEqual([0n, 0n, 2]);
    const second = makeHold(entitlement.id, { amount: 0n, uses: 1 });
    await store.openHold(second);
    await store.settleHold({ id: second.id, captured: 0n, uses: 1 });
    expect(await left()).toEqual([0n, 0n, 1]);
    const free = makeHold(entitlement.id, { amount: 0n, uses: 0 });
    await store.openHold(free);
    await store.settleHold({ id: free.id, captured: 0n, uses: 1 });
    await store.settleHold({ id: free.id, captured: 0n, uses: 0 });
    expect(await left()).toEqual([0n, 0n, 1]);
  });

  it("extends while there is money, and says so when there is none", async () => {
    const { store, id, left } = await opened();
    const extend = (amount: bigint, captured = 0n) =>
      store.extendHold({ id, amount, captured, leaseMs: 60_000 });
    expect(await extend(80n)).toBe("extended");
    expect(await left()).toEqual([90n, 0n, null]);
    expect(await extend(11n)).toBe("insufficient");
    expect(await extend(0n, 70n)).toBe("extended");
    expect(await extend(10n)).toBe("extended");
    expect(await extend(1n)).toBe("insufficient");
    await store.settleHold({ id, captured: 95n, uses: 0 });
    expect(await left()).toEqual([0n, 95n, null]);
    expect(await extend(1n)).toBe("lost");
    expect(await extend(0n, 99n)).toBe("lost");
    expect(await left()).toEqual([0n, 95n, null]);
  });

  it("extends many holds of one balance by exactly what it bears", async () => {
    const { store } = use();
    const { entitlement } = await openEntitlement(use(), { deposit: 300n });
    const holds = Array.from({ length: 50 }, () => makeHold(entitlement.id, { amount: 2n }));
    await Promise.all(holds.map((hold) => store.openHold(hold)));
    const extended = await Promise.all(
      holds.map(({ id }) => store.extendHold({ id, amount: 8n, captured: 2n, leaseMs: 60_000 })),
    );
    expect(extended.filter((outcome) => outcome === "extended")).toHaveLength(25);
    expect(await store.findEntitlement(entitlement.id)).toMatchObject({ held: 300n, spent: 0n });
    await Promise.all(holds.map(({ id }) => store.settleHold({ id, captured: 10n, uses: 0 })));
    expect(await store.findEntitlement(entitlement.id)).toMatchObject({ held: 0n, spent: 300n });
  });

  it("sweeps a dead one at what it reported last, cut at the hold; a use counts as used", async () => {
    const { store, id, left } = await opened({ uses: 3 }, { amount: 10n, uses: 1, leaseMs: 40 });
    expect(await store.extendHold({ id, amount: 5n, captured: 7n, leaseMs: 40 })).toBe("extended");
    expect(await store.extendHold({ id, amount: 0n, captured: 3n, leaseMs: 40 })).toBe("extended");
    expect(await store.extendHold({ id, amount: 500n, captured: 99n, leaseMs: 40 })).toBe("insufficient");
    await passTime(use(), 80);
    expect(await store.sweepHolds(1_000)).toBeGreaterThanOrEqual(1);
    expect(await left()).toEqual([0n, 15n, 2]);
    expect(await store.settleHold({ id, captured: 1n, uses: 0 })).toBe("lost");
    expect(await store.extendHold({ id, amount: 0n, captured: 1n, leaseMs: 40 })).toBe("lost");
    expect(await left()).toEqual([0n, 15n, 2]);
  });

  it("sweeps nothing that shows signs of life, and no more than it was told to", async () => {
    const { store, id, entitlement, left } = await opened({}, { leaseMs: 40 });
    await store.extendHold({ id, amount: 0n, captured: 0n, leaseMs: 60_000 });
    const dead = Array.from({ length: 5 }, () => makeHold(entitlement.id, { leaseMs: 40 }));
    await Promise.all(dead.map((hold) => store.openHold(hold)));
    await passTime(use(), 80);
    expect(await store.sweepHolds(2)).toBe(2);
    expect(await store.sweepHolds(0)).toBe(0);
    while ((await store.sweepHolds(2)) > 0);
    expect(await left()).toEqual([10n, 0n, null]);
    expect(await store.settleHold({ id, captured: 10n, uses: 0 })).toBe("settled");
    expect(await left()).toEqual([0n, 10n, null]);
  });

  it("settles each hold once where settling, extending and sweeping meet", async () => {
    const { store } = use();
    const { entitlement } = await openEntitlement(use(), { deposit: 10_000n });
    const holds = Array.from({ length: 100 }, () => makeHold(entitlement.id, { amount: 10n, leaseMs: 20 }));
    await Promise.all(holds.map((hold) => store.openHold(hold)));
    await passTime(use(), 60);
    const settle = (id: string) => store.settleHold({ id, captured: 10n, uses: 0 });
    const extend = (id: string) => store.extendHold({ id, amount: 1n, captured: 1n, leaseMs: 1 });
    const [settled, extended, swept] = await Promise.all([
      Promise.all(holds.map(({ id }) => settle(id))),
      Promise.all(holds.map(({ id }) => extend(id))),
      Promise.all([store.sweepHolds(30), store.sweepHolds(30), store.sweepHolds(30)]),
    ]);
    const byUs = settled.filter((outcome) => outcome === "settled").length;
    expect(extended.every((outcome) => outcome !== "insufficient")).toBe(true);
    expect(byUs + swept.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(100);
    const record = await store.findEntitlement(entitlement.id);
    expect(record?.held).toBe(0n);
    expect(record?.spent).toBeGreaterThanOrEqual(BigInt(byUs) * 10n);
    expect(record?.spent).toBeLessThanOrEqual(1_000n);
  });
}
