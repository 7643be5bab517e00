import { describe, expect, it } from "vitest";
import type { NewEntitlement } from "../store.ts";
import { createClaims, makeHold, openEntitlement, passTime, type StoreHarness } from "./store-fixtures.ts";

const day = 86_400;

/** What a payment buys, and what tops it up; part of the store contract. */
export function describeEntitlements(use: () => StoreHarness): void {
  describe("entitlements", () => {
    it("are written with their payment, which is not claimed again and is delivered by the first use", async () => {
      const { entitlement, fixture } = await openEntitlement(use(), { kind: "pass", deposit: 0n });
      const { claim, store, ref, record } = fixture;
      const { uses: _uses, deposit: _deposit, ...known } = entitlement;
      expect(await store.findEntitlement(entitlement.id)).toEqual({
        ...known,
        workspaceId: claim().workspaceId,
        paymentKey: ref.paymentKey,
        usesLeft: null,
        deposited: 0n,
        spent: 0n,
        held: 0n,
        revoked: false,
      });
      await store.release(ref);
      expect(await store.claim(claim())).toEqual({ outcome: "delivered", receiptId: record().receipt.id });
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "settled" });
      await Promise.all([store.markServed(entitlement.id), store.markServed(entitlement.id)]);
      await store.markServed(entitlement.id);
      expect(await store.findPayment(ref.paymentKey)).toMatchObject({ state: "delivered" });
    });

    it("hold amounts that no floating-point number does", async () => {
      const deposit = 9_007_199_254_740_993n;
      const { entitlement } = await openEntitlement(use(), { deposit });
      expect(await use().store.findEntitlement(entitlement.id)).toMatchObject({ deposited: deposit });
    });

    it("are topped up once by each payment, however often it is written", async () => {
      const { store } = use();
      const { entitlement } = await openEntitlement(use());
      const topUps = await Promise.all(Array.from({ length: 8 }, () => prepareTopUp(use(), entitlement)));
      await Promise.all([...topUps, ...topUps].map(({ write }) => write()));
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({
        deposited: 100n + 8n * 50n,
        expiresAt: entitlement.expiresAt + 8 * day,
      });
      const [first] = topUps;
      if (first === undefined) throw new Error("none");
      await store.finish(first.ref, { complete: true });
      expect(await store.findPayment(first.ref.paymentKey)).toMatchObject({ state: "delivered" });
    });

    it("get more uses, and nothing counted where nothing is", async () => {
      const { store } = use();
      const counted = await openEntitlement(use(), { kind: "uses", uses: 3, deposit: 0n });
      const pass = await openEntitlement(use(), { kind: "pass", deposit: 0n });
      await (await prepareTopUp(use(), counted.entitlement, { uses: 10, deposit: 0n })).write();
      await (await prepareTopUp(use(), pass.entitlement, { deposit: 0n })).write();
      expect(await store.findEntitlement(counted.entitlement.id)).toMatchObject({ usesLeft: 13 });
      expect(await store.findEntitlement(pass.entitlement.id)).toMatchObject({
        usesLeft: null,
        deposited: 0n,
      });
    });

    it("come back to life: the time counts from now where the old one is over", async () => {
      const { store } = use();
      const now = Math.floor(Date.now() / 1000);
      const { entitlement } = await openEntitlement(use(), { expiresAt: now - 3 * day });
      expect(await store.openHold(makeHold(entitlement.id))).toEqual({ outcome: "expired" });
      await (await prepareTopUp(use(), entitlement)).write();
      const expiresAt = (await store.findEntitlement(entitlement.id))?.expiresAt ?? 0;
      expect(expiresAt).toBeGreaterThanOrEqual(now + day);
      expect(expiresAt).toBeLessThan(now + day + 60);
      expect(await store.openHold(makeHold(entitlement.id))).toMatchObject({ outcome: "held" });
    });

    it("take a top-up of what is not there as a payment all the same", async () => {
      const { store } = use();
      const { entitlement } = await openEntitlement(use());
      const lost = await prepareTopUp(use(), { ...entitlement, id: `${entitlement.id}_none` });
      expect(await lost.write()).toBe(true);
      expect(await store.findPayment(lost.ref.paymentKey)).toMatchObject({ state: "settled" });
      expect(await store.findEntitlement(`${entitlement.id}_none`)).toBeUndefined();
    });

    it("open nothing once they are revoked, and a top-up does not change that", async ({ skip }) => {
      const { store, revoke } = use();
      if (revoke === undefined) return skip();
      const { entitlement } = await openEntitlement(use());
      const hold = makeHold(entitlement.id, { amount: 10n });
      await store.openHold(hold);
      await revoke(entitlement.id);
      await (await prepareTopUp(use(), entitlement)).write();
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({ revoked: true, deposited: 100n });
      expect(await store.openHold(makeHold(entitlement.id))).toEqual({ outcome: "unknown" });
      const more = { id: hold.id, amount: 1n, captured: 4n, leaseMs: 60_000 };
      expect(await store.extendHold(more)).toBe("insufficient");
      expect(await store.settleHold({ id: hold.id, captured: 4n, uses: 0 })).toBe("settled");
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({ spent: 4n, held: 0n });
    });

    it("end in the middle of an answer: what is held may be used, more is not given", async () => {
      const { store } = use();
      const { entitlement } = await openEntitlement(use(), { expiresAt: 1 });
      // One second of the store's own clock.
      await (await prepareTopUp(use(), entitlement, { topUp: { seconds: 1 } })).write();
      const hold = makeHold(entitlement.id, { amount: 10n });
      expect(await store.openHold(hold)).toMatchObject({ outcome: "held" });
      await passTime(use(), 1_050);
      const more = { id: hold.id, amount: 1n, captured: 4n, leaseMs: 60_000 };
      expect(await store.extendHold(more)).toBe("insufficient");
      expect(await store.settleHold({ id: hold.id, captured: 6n, uses: 0 })).toBe("settled");
      expect(await store.findEntitlement(entitlement.id)).toMatchObject({ spent: 6n, held: 0n });
    });
  });
}

/** A claimed payment that adds 50 µUSD and a day, unless said otherwise. */
async function prepareTopUp(
  harness: StoreHarness,
  entitlement: NewEntitlement,
  overrides: Partial<NewEntitlement> = {},
) {
  const { claim, store, ref, record } = await createClaims(harness);
  await store.claim(claim({ owner: ref.owner }));
  const added = record({
    entitlement: { ...entitlement, deposit: 50n, topUp: { seconds: day }, ...overrides },
  });
  return { ref, write: () => store.recordSettlement(ref, added) };
}
