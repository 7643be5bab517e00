import { describe, expect, it } from "vitest";
import type { NewEntitlement } from "../store.ts";
import { type ClaimFixture, createClaims, openEntitlement, type StoreHarness } from "./store-fixtures.ts";

/** Payments that settled before anybody asked for anything, and then buy an entitlement; part of the store contract. */
export function describeSpending(use: () => StoreHarness): void {
  describe("spending what is settled", () => {
    it("opens the entitlement, once, and the payment is not claimed again", async () => {
      const { claim, store, ref, record, bought } = await settled(use());
      const spent = await Promise.all(Array.from({ length: 20 }, () => store.spendSettled(ref, bought)));
      expect(spent.filter(Boolean)).toHaveLength(1);
      await store.release(ref);
      expect(await store.claim(claim())).toEqual({ outcome: "delivered", receiptId: record().receipt.id });
      expect(await store.findEntitlement(bought.id)).toMatchObject({
        kind: "pass",
        endpointId: bought.endpointId,
        workspaceId: claim().workspaceId,
        paymentKey: ref.paymentKey,
        scope: bought.scope,
        expiresAt: bought.expiresAt,
        deposited: 0n,
        usesLeft: null,
      });
      await store.markServed(bought.id);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "delivered" });
    });

    it("works for the presentation that takes the payment over", async () => {
      const { claim, store, ref, bought } = await settled(use());
      await store.release(ref);
      const next = claim();
      expect(await store.claim(next)).toMatchObject({ outcome: "claimed", previous: "settled" });
      expect(await store.spendSettled(ref, bought)).toBe(false);
      expect(await store.findEntitlement(bought.id)).toBeUndefined();
      expect(await store.spendSettled(next, bought)).toBe(true);
    });

    it("buys nothing with what is not settled", async () => {
      const { claim, store, ref, bought } = await unsettled(use());
      expect(await store.spendSettled(ref, bought)).toBe(false);
      await store.claim(claim({ owner: ref.owner }));
      expect(await store.spendSettled(ref, bought)).toBe(false);
      await store.beginSettlement(ref);
      expect(await store.spendSettled(ref, bought)).toBe(false);
      expect(await store.findEntitlement(bought.id)).toBeUndefined();
    });

    it("buys nothing with what was served, be it in part", async () => {
      const { claim, store, ref, bought } = await settled(use());
      await store.finish(ref, { complete: false });
      const next = claim();
      await store.claim(next);
      expect(await store.spendSettled(next, bought)).toBe(false);
      await store.finish(next, { complete: true });
      expect(await store.spendSettled(next, bought)).toBe(false);
      expect(await store.findEntitlement(bought.id)).toBeUndefined();
    });

    it("buys nothing with what has bought something", async () => {
      const { entitlement, fixture } = await openEntitlement(use());
      const other = makePass(fixture);
      expect(await fixture.store.spendSettled(fixture.ref, other)).toBe(false);
      expect(await fixture.store.findEntitlement(other.id)).toBeUndefined();
      expect(await fixture.store.findEntitlement(entitlement.id)).toMatchObject({ deposited: 100n });
    });
  });
}

type Buyer = ClaimFixture & { readonly bought: NewEntitlement };

async function unsettled(harness: StoreHarness): Promise<Buyer> {
  const fixture = await createClaims(harness);
  return { ...fixture, bought: makePass(fixture) };
}

async function settled(harness: StoreHarness): Promise<Buyer> {
  const buyer = await unsettled(harness);
  const { claim, store, ref, record } = buyer;
  await store.claim(claim({ owner: ref.owner }));
  await store.recordSettlement(ref, record());
  return buyer;
}

/** A browser's access to its one resource. */
function makePass({ claim, ref }: ClaimFixture): NewEntitlement {
  const { endpointId, mode, bindingHash, expiresAt } = claim().quote;
  return {
    id: `ent_${ref.paymentKey.slice(-22)}`,
    kind: "pass",
    mode,
    endpointId,
    scope: bindingHash,
    expiresAt: expiresAt + 86_400,
    uses: null,
    deposit: 0n,
  };
}
