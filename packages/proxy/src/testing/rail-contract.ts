import type { Proof, Quote } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../endpoint.ts";
import type { Rail, RailClaim } from "../rail.ts";

/** What a rail gives to the contract suite: a way to pay it, and ways to pay it wrongly. */
export interface RailHarness {
  readonly rail: Rail;
  /** Its mode and price are the rail's to offer; the suite varies `amount` and times. */
  readonly quote: Quote;
  readonly endpoint: Endpoint;
  /** Unix seconds; `quote` is open then. */
  readonly now: number;
  /** One way for each kind of proof the rail takes. */
  readonly payments: readonly RailPayment[];
}

export interface RailPayment {
  readonly name: string;
  /** Pays a quote as an honest payer; each call is other money. */
  pay(quote: Quote): Promise<Proof>;
  /** Proofs for the same quote that must be refused, by what is wrong with them. */
  readonly bad: readonly { readonly name: string; readonly pay: (quote: Quote) => Promise<Proof> }[];
  /** A moment at which a proof made at `now` is too late for the rail itself, where it knows such a thing. */
  readonly expiredAt?: number;
  /** Whether `status` knows what was settled; a rail that moves nothing may forget. */
  readonly remembers: boolean;
}

/** The rules of {@link Rail}, to be run by every implementation. */
export function describeRailContract(name: string, makeHarness: () => Promise<RailHarness>): void {
  describe(`rail contract: ${name}`, () => {
    it("offers what its quote says, in its own mode only", async () => {
      const { rail, quote, endpoint } = await makeHarness();
      const offers = await rail.offer({ quote, endpoint, resourceUrl: "https://pay.example/p/x" });
      expect(offers.length).toBeGreaterThan(0);
      expect(rail.mode).toBe(quote.mode);
    });

    it("makes every offer anew: no two quotes share a payment", async () => {
      const { rail, quote, endpoint } = await makeHarness();
      const hashes = new Set<string>();
      for (let round = 0; round < 5; round++) {
        const offers = await rail.offer({ quote, endpoint, resourceUrl: "https://pay.example/p/x" });
        for (const offer of offers) if (offer.kind === "lightning") hashes.add(offer.paymentHash);
      }
      expect([0, 5]).toContain(hashes.size);
    });

    it("takes an honest payment of each kind", async () => {
      const { rail, quote, now, payments } = await makeHarness();
      for (const payment of payments) {
        const proof = await payment.pay(quote);
        expect(rail.accepts(proof)).toBe(true);
        expect(await rail.verify(proof, quote, now)).toMatchObject({ ok: true });
      }
    });

    it("verifies the same proof alike however often, and with the same key", async () => {
      const { rail, quote, now, payments } = await makeHarness();
      for (const payment of payments) {
        const proof = await payment.pay(quote);
        const first = await rail.verify(proof, quote, now);
        for (let round = 0; round < 3; round++) expect(await rail.verify(proof, quote, now)).toEqual(first);
      }
    });

    it("gives different money different keys, in lower case", async () => {
      const { rail, quote, now, payments } = await makeHarness();
      const keys: string[] = [];
      for (const payment of payments) {
        for (let round = 0; round < 3; round++) {
          const verification = await rail.verify(await payment.pay(quote), quote, now);
          if (verification.ok) keys.push(verification.paymentKey);
        }
      }
      expect(new Set(keys).size).toBe(payments.length * 3);
      expect(keys).toEqual(keys.map((key) => key.toLowerCase()));
    });

    it("refuses every bad proof with a code of the payment", async () => {
      const { rail, quote, now, payments } = await makeHarness();
      for (const { bad } of payments) {
        for (const { name: fault, pay } of bad) {
          const verification = await rail.verify(await pay(quote), quote, now);
          expect([fault, verification.ok]).toEqual([fault, false]);
        }
      }
    });

    it("refuses what has expired", async () => {
      const { rail, quote, payments } = await makeHarness();
      for (const { expiredAt, pay } of payments) {
        if (expiredAt === undefined) continue;
        const verification = await rail.verify(await pay(quote), quote, expiredAt);
        expect(verification).toMatchObject({ ok: false, code: "payment_expired" });
      }
    });

    it("settles once: repeating it gives the same reference", async () => {
      const { rail, quote, now, payments } = await makeHarness();
      for (const payment of payments) {
        const claim = await makeClaim(rail, quote, now, await payment.pay(quote));
        const first = await rail.settle(claim);
        if (first.outcome !== "settled") throw new Error(first.outcome);
        expect(first.reference).not.toBe("");
        const again = await Promise.all([rail.settle(claim), rail.settle(claim), rail.settle(claim)]);
        expect(again).toEqual([first, first, first]);
        if (claim.proof.kind === "preimage") expect(first.reference).not.toContain(claim.proof.preimage);
      }
    });

    it("knows what it settled, and calls nothing settled that it was never asked to settle", async () => {
      const { rail, quote, now, payments } = await makeHarness();
      for (const payment of payments) {
        const claim = await makeClaim(rail, quote, now, await payment.pay(quote));
        if (rail.settles(claim.proof) !== "before") {
          expect((await rail.status(claim.paymentKey)).outcome).not.toBe("settled");
        }
        const settled = await rail.settle(claim);
        if (payment.remembers) expect(await rail.status(claim.paymentKey)).toMatchObject(settled);
      }
    });
  });
}

async function makeClaim(rail: Rail, quote: Quote, now: number, proof: Proof): Promise<RailClaim> {
  const verification = await rail.verify(proof, quote, now);
  if (!verification.ok) throw new Error(verification.detail);
  return { paymentKey: verification.paymentKey, proof, quote, amount: quote.amount };
}
