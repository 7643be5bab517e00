import { describe, expect, it } from "vitest";
import { askStatus, makeClaim, withAmount } from "./rail-harness.ts";
import type { RailHarness, RailPayment } from "./rail-harness.ts";

/** The rules of payments that are captured after the fact, and of refunds. */
export function describeRailCapture(makeHarness: () => Promise<RailHarness>): void {
  describe("captures", () => {
    it("names a maximum exactly where it settles on finish, and settles for all of it", async () => {
      const { rail, endpoint, now, payments } = await makeHarness();
      for (const { pay, quote } of payments) {
        const proof = await pay(quote);
        const verification = await rail.verify(proof, quote, now);
        if (!verification.ok) throw new Error(verification.detail);
        const { maximum, paymentKey, settled } = verification;
        expect(maximum !== undefined).toBe(rail.settles(proof) === "on-finish");
        if (maximum === undefined) continue;
        expect(settled.amount).toBe(maximum.toString());
        const claim = { paymentKey, endpoint, proof, quote, amount: maximum };
        const settlement = await rail.settle({ ...claim, note: rail.note?.(claim) ?? "" });
        expect(settlement).toMatchObject({ outcome: "settled", settled });
      }
    });

    it.each([
      ["a part", (maximum: bigint) => maximum / 3n],
      ["one unit", () => 1n],
      ["nothing", () => 0n],
    ])("takes %s of what was signed, once", async (_name, share) => {
      const harness = await makeHarness();
      const { rail, listCharges } = harness;
      for (const payment of await captured(harness)) {
        const whole = await makeClaim(harness, payment);
        const claim = withAmount(rail, whole, share(whole.amount));
        const first = await rail.settle(claim);
        expect(first).toMatchObject({ outcome: "settled", settled: { amount: claim.amount.toString() } });
        expect(await rail.settle({ ...claim, repeated: true })).toEqual(first);
        if (!payment.remembers || (claim.amount === 0n && payment.leavesNoTraceOfNothing)) continue;
        expect(await askStatus(rail, claim)).toEqual(first);
        // The first amount stands, whatever is asked afterwards.
        expect(await rail.settle({ ...whole, repeated: true })).toEqual(first);
        expect(await rail.settle({ ...claim, amount: 2n, repeated: true })).toEqual(first);
        if (listCharges) expect(await listCharges(claim.paymentKey)).toEqual([claim.amount]);
      }
    });

    it("never takes more than was signed, and less than nothing", async () => {
      const harness = await makeHarness();
      const { rail, listCharges } = harness;
      for (const payment of await captured(harness)) {
        const claim = await makeClaim(harness, payment);
        for (const amount of [claim.amount + 1n, claim.amount * 2n, -1n])
          expect(await rail.settle({ ...claim, amount })).toMatchObject({ outcome: "failed" });
        if (listCharges) expect(await listCharges(claim.paymentKey)).toEqual([]);
        expect(await rail.settle(claim)).toMatchObject({ outcome: "settled" });
      }
    });
  });

  describe("refunds", () => {
    it("pays back once for each id", async () => {
      const harness = await makeHarness();
      const { rail } = harness;
      if (rail.refund === undefined) return;
      for (const payment of harness.payments) {
        const claim = await makeClaim(harness, payment);
        const settlement = await rail.settle(claim);
        if (settlement.outcome !== "settled") throw new Error(settlement.outcome);
        if (!payment.remembers) continue;
        const { reference } = settlement;
        const request = { id: newRefundId(), paymentKey: claim.paymentKey, reference, amount: 1n };
        const first = await rail.refund(request);
        expect(first).toMatchObject({ outcome: "refunded" });
        expect(await rail.refund(request)).toEqual(first);
        expect(await rail.refund({ ...request, id: newRefundId() })).toMatchObject({ outcome: "refunded" });
        const rest = { ...request, id: newRefundId(), amount: claim.amount };
        expect(await rail.refund(rest)).toMatchObject({ outcome: "failed" });
        const unpaid = await makeClaim(harness, payment);
        const stray = { ...request, id: newRefundId(), paymentKey: unpaid.paymentKey };
        expect(await rail.refund(stray)).toMatchObject({ outcome: "failed" });
      }
    });

    it("answers the same refund alike, even where nothing is remembered", async () => {
      const harness = await makeHarness();
      const { rail } = harness;
      if (rail.refund === undefined) return;
      for (const payment of harness.payments) {
        const { paymentKey } = await makeClaim(harness, payment);
        const request = { id: newRefundId(), paymentKey, reference: "", amount: 1n };
        expect(await rail.refund(request)).toEqual(await rail.refund(request));
      }
    });
  });
}

async function captured(harness: RailHarness): Promise<readonly RailPayment[]> {
  const proofs = await Promise.all(harness.payments.map(({ pay, quote }) => pay(quote)));
  return harness.payments.filter((_, index) => {
    const proof = proofs[index];
    return proof !== undefined && harness.rail.settles(proof) === "on-finish";
  });
}

let refunds = 0;
function newRefundId(): string {
  return `rfd_contract_${Date.now()}_${refunds++}`;
}
