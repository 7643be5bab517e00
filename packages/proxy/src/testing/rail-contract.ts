import { describe, expect, it } from "vitest";
import { describeRailCapture } from "./rail-contract-capture.ts";
import { describeRailFaults } from "./rail-contract-faults.ts";
import { askStatus, makeClaim } from "./rail-harness.ts";
import type { RailHarness } from "./rail-harness.ts";

/** The rules of `Rail`, to be run by every implementation. */
export function describeRailContract(name: string, makeHarness: () => Promise<RailHarness>): void {
  describe(`rail contract: ${name}`, () => {
    it("offers what its quote says, in its own mode only", async () => {
      const { rail, payments, endpoint } = await makeHarness();
      for (const { quote } of payments) {
        const offers = await rail.offer({ quote, endpoint, resourceUrl: "https://pay.example/p/x" });
        expect(offers.length).toBeGreaterThan(0);
        expect(rail.mode).toBe(quote.mode);
      }
    });

    it("makes every offer anew: no two quotes share a payment", async () => {
      const { rail, payments, endpoint } = await makeHarness();
      for (const { quote } of payments) {
        const hashes = new Set<string>();
        for (let round = 0; round < 5; round++) {
          const other = { ...quote, id: `${quote.id.slice(0, -1)}${round}` };
          const offers = await rail.offer({ quote: other, endpoint, resourceUrl: "https://pay.example/p/x" });
          for (const offer of offers) if (offer.kind === "lightning") hashes.add(offer.paymentHash);
        }
        expect([0, 5]).toContain(hashes.size);
      }
    });

    it("takes an honest payment of each kind", async () => {
      const { rail, now, payments } = await makeHarness();
      for (const { pay, quote } of payments) {
        const proof = await pay(quote);
        expect(rail.accepts(proof)).toBe(true);
        expect(await rail.verify(proof, quote, now)).toMatchObject({ ok: true });
      }
    });

    it("verifies the same proof alike however often, and with the same key", async () => {
      const { rail, now, payments } = await makeHarness();
      for (const { pay, quote } of payments) {
        const proof = await pay(quote);
        const first = await rail.verify(proof, quote, now);
        for (let round = 0; round < 3; round++) expect(await rail.verify(proof, quote, now)).toEqual(first);
      }
    });

    it("gives different money different keys, in lower case", async () => {
      const { rail, now, payments } = await makeHarness();
      const keys: string[] = [];
      for (const { pay, quote } of payments) {
        for (let round = 0; round < 3; round++) {
          const verification = await rail.verify(await pay(quote), quote, now);
          if (verification.ok) keys.push(verification.paymentKey);
        }
      }
      expect(new Set(keys).size).toBe(payments.length * 3);
      expect(keys).toEqual(keys.map((key) => key.toLowerCase()));
    });

    it("refuses every bad proof with a code of the payment", async () => {
      const { rail, now, payments } = await makeHarness();
      for (const { bad, quote, name: kind } of payments) {
        for (const { name: fault, pay } of bad) {
          const verification = await rail.verify(await pay(quote), quote, now);
          expect([kind, fault, verification.ok]).toEqual([kind, fault, false]);
        }
      }
    });

    it("refuses what has expired", async () => {
      const { rail, payments } = await makeHarness();
      for (const { expiredAt, pay, quote } of payments) {
        if (expiredAt === undefined) continue;
        const verification = await rail.verify(await pay(quote), quote, expiredAt);
        expect(verification).toMatchObject({ ok: false, code: "payment_expired" });
      }
    });

    it("settles once: repeating it gives the same reference", async () => {
      const harness = await makeHarness();
      for (const payment of harness.payments) {
        const claim = await makeClaim(harness, payment);
        const first = await harness.rail.settle(claim);
        if (first.outcome !== "settled") throw new Error(first.outcome);
        expect(first.reference).not.toBe("");
        const { rail } = harness;
        const repeat = () => rail.settle({ ...claim, repeated: true });
        const again = await Promise.all([repeat(), repeat(), repeat()]);
        expect(again).toEqual([first, first, first]);
        if (claim.proof.kind === "preimage") expect(first.reference).not.toContain(claim.proof.preimage);
      }
    });

    it("settles once also where all ask at the same time", async () => {
      const harness = await makeHarness();
      for (const payment of harness.payments) {
        const claim = await makeClaim(harness, payment);
        const { rail } = harness;
        const again = Array.from({ length: 4 }, () => rail.settle({ ...claim, repeated: true }));
        const outcomes = await Promise.all([rail.settle(claim), ...again]);
        // Who asks a second time may not be told at once, but is never told that nothing was charged.
        expect(outcomes.map(({ outcome }) => outcome)).not.toContain("failed");
        const settled = outcomes.filter(({ outcome }) => outcome === "settled");
        expect(new Set(settled.map((each) => JSON.stringify(each))).size).toBe(1);
        if (harness.listCharges !== undefined && payment.remembers)
          expect(await harness.listCharges(claim.paymentKey)).toHaveLength(1);
      }
    });

    it("knows what it settled, and calls nothing settled that it was never asked to settle", async () => {
      const harness = await makeHarness();
      const { rail } = harness;
      for (const payment of harness.payments) {
        const claim = await makeClaim(harness, payment);
        if (rail.settles(claim.proof) !== "before") {
          expect((await askStatus(rail, claim)).outcome).not.toBe("settled");
        }
        const settled = await rail.settle(claim);
        if (payment.remembers) expect(await askStatus(rail, claim)).toEqual(settled);
      }
    });

    describeRailCapture(makeHarness);
    describeRailFaults(makeHarness);
  });
}
