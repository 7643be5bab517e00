import { describe, expect, it } from "vitest";
import type { StoredAnswer } from "../store.ts";
import { createClaims, openEntitlement, passTime, type StoreHarness } from "./store-fixtures.ts";

/** Invoices, events, free uses, kept answers and the reconciler's list; part of the store contract. */
export function describeRecords(use: () => StoreHarness): void {
  describe("records", () => {
    it("does not know what was never written", async () => {
      const { store } = use();
      expect(await store.findPayment("ln:regtest:none")).toBeUndefined();
      expect(await store.findReceipt("rcp_none")).toBeUndefined();
      expect(await store.findInvoice("00".repeat(32))).toBeUndefined();
      expect(await store.findEntitlement("ent_none")).toBeUndefined();
      await store.markServed("ent_none");
    });

    it("describes a claimed payment", async () => {
      const { claim, store, ref } = await createClaims(use());
      await store.claim(claim({ owner: ref.owner }));
      const { quote, workspaceId } = claim();
      expect(await store.findPayment(ref.paymentKey)).toEqual({
        paymentKey: ref.paymentKey,
        state: "claimed",
        workspaceId,
        endpointId: quote.endpointId,
        quoteId: quote.id,
        amount: quote.amount,
        receiptId: null,
        attempts: 0,
      });
    });

    it("takes events in batches, also empty ones", async () => {
      const { event, store } = await createClaims(use());
      await store.recordEvents([]);
      await store.recordEvents([event, { ...event, kind: "paid", wire: "l402", status: 200 }]);
    });
  });
  describeInvoices(use);
  describeFreeUses(use);
  describeAnswers(use);
  describeUnfinished(use);
}

function describeInvoices(use: () => StoreHarness): void {
  describe("invoices", () => {
    // Beyond 2^53, like the amounts of the quote.
    const paid = { receivedMsat: 9_007_199_254_740_993n, at: 1_790_000_000, sealedPreimage: "ab".repeat(32) };

    it("come back as they were saved, with their quote or without", async () => {
      const { invoice, store } = await createClaims(use());
      await store.saveInvoice(invoice);
      expect(await store.findInvoice(invoice.paymentHash)).toEqual(invoice);
      const other = await createClaims(use());
      const wallet = { ...other.invoice, quote: null, nodeId: null, shared: true, paid };
      await store.saveInvoice(wallet);
      expect(await store.findInvoice(wallet.paymentHash)).toEqual(wallet);
    });

    it("are paid once: what was noted first stays, and all else as it was issued", async () => {
      const { invoice, otherQuote, store } = await createClaims(use());
      await store.saveInvoice(invoice);
      const later = { ...invoice, quote: otherQuote, quoteId: otherQuote.id, amount: 1n, bolt11: "lnbcrt" };
      await store.saveInvoice({ ...later, paid });
      await store.saveInvoice(invoice);
      await store.saveInvoice({ ...invoice, paid: { receivedMsat: 1n, at: 2, sealedPreimage: null } });
      expect(await store.findInvoice(invoice.paymentHash)).toEqual({ ...invoice, paid });
    });

    it("stay paid without a preimage where the node told none", async () => {
      const { invoice, store } = await createClaims(use());
      const untold = { ...paid, sealedPreimage: null };
      await store.saveInvoice({ ...invoice, paid: untold });
      await store.saveInvoice({ ...invoice, paid });
      expect(await store.findInvoice(invoice.paymentHash)).toEqual({ ...invoice, paid: untold });
    });

    it("stay shared, before and after they were paid", async () => {
      const { invoice, store } = await createClaims(use());
      await store.saveInvoice(invoice);
      await store.saveInvoice({ ...invoice, shared: true });
      await store.saveInvoice({ ...invoice, paid });
      expect(await store.findInvoice(invoice.paymentHash)).toEqual({ ...invoice, shared: true, paid });
    });

    it("become shared after they were paid, and stay paid as they were", async () => {
      const { invoice, store } = await createClaims(use());
      await store.saveInvoice({ ...invoice, paid });
      const other = { receivedMsat: 1n, at: 2, sealedPreimage: null };
      await store.saveInvoice({ ...invoice, shared: true, paid: other });
      expect(await store.findInvoice(invoice.paymentHash)).toEqual({ ...invoice, shared: true, paid });
    });

    it("are noted by many at once, one of whom is first", async () => {
      const { invoice, store } = await createClaims(use());
      const notes = Array.from({ length: 20 }, (_, index) => ({ ...paid, receivedMsat: BigInt(index + 1) }));
      await Promise.all(notes.map((note) => store.saveInvoice({ ...invoice, paid: note })));
      const found = await store.findInvoice(invoice.paymentHash);
      expect(notes).toContainEqual(found?.paid);
      await store.saveInvoice({ ...invoice, paid });
      expect(await store.findInvoice(invoice.paymentHash)).toEqual(found);
    });
  });
}

function describeFreeUses(use: () => StoreHarness): void {
  describe("free uses", () => {
    const quota = async () => {
      const { endpointId } = await use().makeEndpoint();
      return { endpointId, routeId: null, payer: "payer-1", day: "2026-11-24" };
    };

    it("gives exactly the limit to many at once", async () => {
      const free = await quota();
      const taken = await Promise.all(
        Array.from({ length: 60 }, () => use().store.takeFreeUse({ ...free, limit: 10 })),
      );
      expect(taken.filter(Boolean)).toHaveLength(10);
    });

    it("counts each rule, payer and day for itself", async () => {
      const free = await quota();
      const take = (other: object) => use().store.takeFreeUse({ ...free, ...other, limit: 1 });
      const others = [{}, { routeId: "rt_1" }, { payer: "payer-2" }, { day: "2026-11-25" }];
      expect(await Promise.all(others.map(take))).toEqual([true, true, true, true]);
      expect(await Promise.all(others.map(take))).toEqual([false, false, false, false]);
    });

    it("takes back what was not served, and never more", async () => {
      const free = await quota();
      const { store } = use();
      await store.returnFreeUse(free);
      expect(await store.takeFreeUse({ ...free, limit: 1 })).toBe(true);
      expect(await store.takeFreeUse({ ...free, limit: 1 })).toBe(false);
      await store.returnFreeUse(free);
      await store.returnFreeUse(free);
      expect(await store.takeFreeUse({ ...free, limit: 1 })).toBe(true);
      expect(await store.takeFreeUse({ ...free, limit: 1 })).toBe(false);
    });

    it("gives nothing where the limit is nothing, and more when it was raised", async () => {
      const free = await quota();
      const { store } = use();
      expect(await store.takeFreeUse({ ...free, limit: 0 })).toBe(false);
      expect(await store.takeFreeUse({ ...free, limit: 1 })).toBe(true);
      expect(await store.takeFreeUse({ ...free, limit: 2 })).toBe(true);
    });
  });
}

function describeAnswers(use: () => StoreHarness): void {
  describe("kept answers", () => {
    const makeAnswer = async (seconds: number): Promise<StoredAnswer> => {
      const { ref, claim } = await createClaims(use());
      return {
        key: ref.paymentKey,
        bindingHash: claim().quote.bindingHash,
        status: 201,
        headers: [
          ["Content-Type", "text/plain"],
          ["Set-Thing", "a"],
          ["Set-Thing", "ü"],
        ],
        body: Uint8Array.from({ length: 256 }, (_, byte) => byte),
        expiresAt: Math.floor(Date.now() / 1000) + seconds,
      };
    };

    it("keeps the first one of a key, byte for byte", async () => {
      const { store } = use();
      const answer = await makeAnswer(60);
      expect(await store.findAnswer(answer.key)).toBeUndefined();
      await store.saveAnswer(answer);
      await store.saveAnswer({ ...answer, status: 500, body: new Uint8Array() });
      const found = await store.findAnswer(answer.key);
      expect({ ...found, body: [...(found?.body ?? [])] }).toEqual({ ...answer, body: [...answer.body] });
    });

    it("does not find one that has expired, and takes another in its place", async () => {
      const { store } = use();
      const expired = await makeAnswer(-5);
      await store.saveAnswer(expired);
      expect(await store.findAnswer(expired.key)).toBeUndefined();
      await store.saveAnswer({ ...expired, status: 202, expiresAt: expired.expiresAt + 60 });
      expect(await store.findAnswer(expired.key)).toMatchObject({ status: 202 });
    });
  });
}

function describeUnfinished(use: () => StoreHarness): void {
  describe("unfinished payments", () => {
    it("lists what nobody works on, with all that is needed to finish it", async () => {
      const { store } = use();
      const list = () => store.listUnfinished({ olderThanMs: 10, limit: 1_000 });
      const abandoned = await createClaims(use());
      const quote = {
        ...abandoned.claim().quote,
        terms: { kind: "uses", uses: 5, seconds: 60, into: "ent_1" },
      } as const;
      await store.claim(
        abandoned.claim({ owner: abandoned.ref.owner, leaseMs: 20, quote, payer: "0xpayer" }),
      );
      await store.beginSettlement(abandoned.ref, "where it went");
      const alive = await createClaims(use());
      await store.claim(alive.claim());
      const { entitlement, fixture: settled } = await openEntitlement(use());
      await passTime(use(), 60);
      const found = await list();
      const keys = found.map(({ paymentKey }) => paymentKey);
      const { paymentKey } = abandoned.ref;
      expect(found.find((payment) => payment.paymentKey === paymentKey)).toEqual({
        paymentKey,
        state: "settling",
        workspaceId: abandoned.claim().workspaceId,
        endpointId: quote.endpointId,
        quoteId: quote.id,
        amount: quote.amount,
        receiptId: null,
        attempts: 0,
        quote,
        rail: "sandbox",
        wire: "l402",
        payer: "0xpayer",
        note: "where it went",
        updatedAt: expect.any(Number),
      });
      expect(keys).not.toContain(alive.ref.paymentKey);
      expect(keys).not.toContain(settled.ref.paymentKey);
      await store.markServed(entitlement.id);
    });

    it("puts what was looked at to the end, and forgets what came to an end", async () => {
      const { store } = use();
      const [one, two] = [await createClaims(use()), await createClaims(use())];
      await store.claim(one.claim({ owner: one.ref.owner, leaseMs: 5 }));
      await store.claim(two.claim({ owner: two.ref.owner, leaseMs: 15 }));
      await passTime(use(), 40);
      const order = async () => {
        const list = await store.listUnfinished({ olderThanMs: 0, limit: 1_000 });
        return list
          .map(({ paymentKey }) => paymentKey)
          .filter((key) => [one, two].some(({ ref }) => ref.paymentKey === key));
      };
      expect(await order()).toEqual([one.ref.paymentKey, two.ref.paymentKey]);
      await store.claim(one.claim({ owner: one.ref.owner, leaseMs: 10 }));
      await store.markUnknown(one.ref);
      await passTime(use(), 40);
      expect(await order()).toEqual([two.ref.paymentKey, one.ref.paymentKey]);
      await store.claim(two.claim({ owner: two.ref.owner }));
      await store.release(two.ref);
      expect(await order()).toEqual([one.ref.paymentKey]);
    });
  });
}
