import { describe, expect, it } from "vitest";
import type { ClaimFixture, StoreHarness } from "./store-fixtures.ts";
import { createClaims } from "./store-fixtures.ts";

/** Settlement, delivery and the ledger; part of the store contract. */
export function describeSettlement(use: () => StoreHarness): void {
  describe("settlement", () => {
    it("writes receipt and state once, however often it is repeated", async () => {
      const { claim, store, ref, record } = await settled(use());
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store.recordSettlement(ref, record())),
      );
      expect(outcomes).toEqual(Array.from({ length: 20 }, () => true));
      expect(await store.findReceipt(record().receipt.id)).toEqual({
        receipt: record().receipt,
        jws: "a.b.c",
      });
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({
        state: "settled",
        receiptId: record().receipt.id,
      });
      expect(await store.claim(claim())).toMatchObject({ outcome: "in-progress" });
      await expectBalanced(use(), [record().receipt.id], record().receipt.amount);
    });

    it("keeps the first receipt when a second one is offered", async () => {
      const { store, ref, record } = await settled(use());
      const { receipt } = record();
      const second = { ...receipt, id: `rcp_z${receipt.id.slice(5)}` };
      await store.recordSettlement(ref, { receipt: second, jws: "d.e.f" });
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ receiptId: receipt.id });
      expect(await store.findReceipt(second.id)).toBeUndefined();
      await expectBalanced(use(), [receipt.id, second.id], receipt.amount);
    });

    it("delivers once: a replay is told the receipt", async () => {
      const { claim, store, ref, record } = await settled(use());
      expect(await store.finish(ref, { complete: true })).toBe("delivered");
      expect(await store.finish(ref, { complete: true })).toBe("lost");
      const delivered = { outcome: "delivered", receiptId: record().receipt.id };
      expect(await Promise.all([store.claim(claim()), store.claim(claim())])).toEqual([delivered, delivered]);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "delivered", attempts: 1 });
    });

    it("opens an incomplete answer again until three went out, charging once", async () => {
      const { claim, store, ref, record } = await settled(use());
      const receiptId = record().receipt.id;
      expect(await store.finish(ref, { complete: false })).toBe("reopenable");
      const second = claim();
      expect(await store.claim(second)).toEqual({
        outcome: "claimed",
        previous: "settled",
        receiptId,
        attempts: 1,
        note: null,
      });
      expect(await store.finish(second, { complete: false })).toBe("reopenable");
      const third = claim();
      expect(await store.claim(third)).toEqual({
        outcome: "claimed",
        previous: "settled",
        receiptId,
        attempts: 2,
        note: null,
      });
      expect(await store.finish(third, { complete: false })).toBe("delivered");
      expect(await store.claim(claim())).toEqual({ outcome: "delivered", receiptId });
      await expectBalanced(use(), [receiptId], record().receipt.amount);
    });

    it("keeps what was charged charged when the claim is released", async () => {
      const { claim, store, ref, record } = await settled(use());
      expect(await store.release(ref)).toBe(true);
      const receiptId = record().receipt.id;
      expect(await store.claim(claim())).toEqual({
        outcome: "claimed",
        previous: "settled",
        receiptId,
        attempts: 0,
        note: null,
      });
    });

    it("does not go back from settled", async () => {
      const { store, ref } = await settled(use());
      expect(await store.beginSettlement(ref)).toBe(false);
      expect(await store.markUnknown(ref)).toBe(false);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "settled" });
    });

    it("does not finish what was never settled", async () => {
      const { claim, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner }));
      expect(await store.finish(ref, { complete: true })).toBe("lost");
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "claimed" });
    });

    it("releases a settlement that failed", async () => {
      const { claim, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner }));
      expect(await store.beginSettlement(ref)).toBe(true);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "settling" });
      expect(await store.release(ref)).toBe(true);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "released" });
    });

    it("keeps the usage and the rate that an amount follows from, and counts what was captured", async () => {
      const { claim, store, ref, record } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner }));
      const usage = { outputTokens: 12, costPicoUsd: 9_007_199_254_740_993n, estimated: true };
      const rate = { msatPerUsd: 1_021_001n, asOf: 1_790_000_000 };
      const receipt = { ...record().receipt, amount: 7n, usage, rate };
      expect(await store.recordSettlement(ref, record({ receipt }))).toBe(true);
      expect(await store.findReceipt(receipt.id)).toEqual({ receipt, jws: record().jws });
      await expectBalanced(use(), [receipt.id], 7n);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ amount: 7n });
    });

    it("adds up over many payments at once", async () => {
      const fixtures = await Promise.all(Array.from({ length: 25 }, () => settled(use())));
      const receipts = fixtures.map(({ record }) => record().receipt);
      const sum = receipts.reduce((total, receipt) => total + receipt.amount, 0n);
      await expectBalanced(
        use(),
        receipts.map(({ id }) => id),
        sum,
      );
    });
  });
}

/** A payment that was claimed by `ref` and settled. */
async function settled(harness: StoreHarness): Promise<ClaimFixture> {
  const fixture = await createClaims(harness);
  const { claim, store, ref, record } = fixture;
  expect(await store.claim(claim({ owner: ref.owner }))).toMatchObject({ outcome: "claimed" });
  expect(await store.beginSettlement(ref)).toBe(true);
  expect(await store.recordSettlement(ref, record())).toBe(true);
  return fixture;
}

/** The entries of each receipt add up to zero, and what was credited is the sum of the receipts. */
async function expectBalanced(
  harness: StoreHarness,
  receiptIds: readonly string[],
  revenue: bigint,
): Promise<void> {
  if (harness.ledger === undefined) return;
  const wanted = new Set(receiptIds);
  const entries = (await harness.ledger(receiptIds)).filter(
    ({ receiptId }) => receiptId !== null && wanted.has(receiptId),
  );
  for (const id of wanted) {
    const own = entries.filter(({ receiptId }) => receiptId === id);
    expect(own.reduce((total, { amount }) => total + amount, 0n)).toBe(0n);
  }
  const credited = entries
    .filter(({ amount }) => amount > 0n)
    .reduce((total, { amount }) => total + amount, 0n);
  expect(credited).toBe(revenue);
}
