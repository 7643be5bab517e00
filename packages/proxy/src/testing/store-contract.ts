import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeEntitlements } from "./store-contract-entitlements.ts";
import { describeHolds } from "./store-contract-holds.ts";
import { describeRecords } from "./store-contract-records.ts";
import { describeSettlement } from "./store-contract-settlement.ts";
import { describeSpending } from "./store-contract-spending.ts";
import { createClaims, passTime, type StoreHarness } from "./store-fixtures.ts";

export type { StoreHarness } from "./store-fixtures.ts";

/** Some databases start slowly, and take a thousand calls one after the other. */
const SLOW_MS = 60_000;

/**
 * The rules of {@link AtomicStore}, to be run by every implementation:
 * `describeStoreContract("memory", async () => ({ store, makeEndpoint, advance, ledger, close }))`.
 * The harness is made once; each test mints its own payment keys, so a shared database may hold other rows.
 */
export function describeStoreContract(name: string, makeStore: () => Promise<StoreHarness>): void {
  describe(`store contract: ${name}`, () => {
    let harness: StoreHarness | undefined;
    const use = (): StoreHarness => {
      if (harness === undefined) throw new Error("The store harness was not made");
      return harness;
    };
    beforeAll(async () => {
      harness = await makeStore();
    }, SLOW_MS);
    afterAll(async () => {
      await harness?.close();
    });
    describeClaims(use);
    describeSettlement(use);
    describeEntitlements(use);
    describeSpending(use);
    describeHolds(use);
    describeRecords(use);
  });
}

function describeClaims(use: () => StoreHarness): void {
  describe("claim", () => {
    it(
      "gives a new key to exactly one of 1,000 at once",
      async () => {
        const { claim, store } = await createClaims(use());
        const outcomes = await Promise.all(Array.from({ length: 1000 }, () => store.claim(claim())));
        const count = (outcome: string) => outcomes.filter((each) => each.outcome === outcome).length;
        expect({ claimed: count("claimed"), inProgress: count("in-progress") }).toEqual({
          claimed: 1,
          inProgress: 999,
        });
        const [winner] = outcomes.filter((each) => each.outcome === "claimed");
        expect(winner).toEqual({
          outcome: "claimed",
          previous: null,
          receiptId: null,
          attempts: 0,
          note: null,
        });
      },
      SLOW_MS,
    );

    it("tells the others when to come back", async () => {
      const { claim, store } = await createClaims(use());
      await store.claim(claim({ leaseMs: 20_000 }));
      const second = await store.claim(claim());
      if (second.outcome !== "in-progress") throw new Error(second.outcome);
      expect(second.retryAfter).toBeGreaterThanOrEqual(1);
      expect(second.retryAfter).toBeLessThanOrEqual(20);
    });

    it("is foreign for another quote, whatever the state, and changes nothing", async () => {
      const { claim, otherQuote, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner }));
      expect(await store.claim(claim({ quote: otherQuote }))).toEqual({ outcome: "foreign" });
      await store.release(ref);
      expect(await store.claim(claim({ quote: otherQuote }))).toEqual({ outcome: "foreign" });
      expect(await store.claim(claim())).toMatchObject({ outcome: "claimed", previous: "released" });
    });

    it("passes an expired lease on to exactly one", async () => {
      const { claim, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner, leaseMs: 40 }));
      await passTime(use(), 80);
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => store.claim(claim())));
      const claimed = outcomes.filter((each) => each.outcome === "claimed");
      expect(claimed).toEqual([
        { outcome: "claimed", previous: "claimed", receiptId: null, attempts: 0, note: null },
      ]);
    });

    it("fences the one who lost the lease out of every update", async () => {
      const { claim, store, ref, record } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner, leaseMs: 40 }));
      await passTime(use(), 80);
      await store.claim(claim());
      expect(await store.renew(ref, 60_000)).toBe(false);
      expect(await store.beginSettlement(ref)).toBe(false);
      expect(await store.recordSettlement(ref, record())).toBe(false);
      expect(await store.markUnknown(ref)).toBe(false);
      expect(await store.release(ref)).toBe(false);
      expect(await store.finish(ref, { complete: true })).toBe("lost");
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "claimed", receiptId: null });
      expect(await store.findReceipt(record().receipt.id)).toBeUndefined();
    });

    it("keeps the lease of whoever renews it", async () => {
      const { claim, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner, leaseMs: 40 }));
      expect(await store.renew(ref, 60_000)).toBe(true);
      await passTime(use(), 80);
      expect(await store.claim(claim())).toMatchObject({ outcome: "in-progress" });
    });

    it("frees a released key at once", async () => {
      const { claim, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner }));
      expect(await store.release(ref)).toBe(true);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "released" });
      expect(await store.release(ref)).toBe(false);
      expect(await store.claim(claim())).toMatchObject({ outcome: "claimed", previous: "released" });
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "claimed" });
    });

    it.each(["settling", "unknown"] as const)("tells every takeover of %s to ask the rail", async (state) => {
      const { claim, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner, leaseMs: 40 }));
      expect(await store.beginSettlement(ref, "where it went")).toBe(true);
      // Asked again: what was noted first stays.
      expect(await store.beginSettlement(ref)).toBe(true);
      if (state === "unknown") expect(await store.markUnknown(ref)).toBe(true);
      else await passTime(use(), 80);
      // The second taker crashes before it learns anything; the third must still be told.
      expect(await store.claim(claim({ leaseMs: 40 }))).toMatchObject({
        outcome: "claimed",
        previous: state,
        note: "where it went",
      });
      await passTime(use(), 80);
      expect(await store.claim(claim())).toMatchObject({
        outcome: "claimed",
        previous: state,
        note: "where it went",
      });
    });
  });
}
