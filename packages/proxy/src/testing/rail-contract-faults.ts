import { describe, expect, it } from "vitest";
import type { Rail, RailClaim, Settlement } from "../rail.ts";
import { askStatus, makeClaim } from "./rail-harness.ts";
import type { RailHarness } from "./rail-harness.ts";

/** The rule of lost answers: what may have been charged is never called failed, and never charged again. */
export function describeRailFaults(makeHarness: () => Promise<RailHarness>): void {
  describe("faults", () => {
    it("says unknown where it does not know, and finds out afterwards", async () => {
      const harness = await makeHarness();
      const { rail, faults = [], listCharges } = harness;
      for (const fault of faults) {
        for (const payment of harness.payments) {
          const claim = await makeClaim(harness, payment);
          if (rail.settles(claim.proof) === "before") continue;
          await fault.start();
          const during = await rail.settle(claim);
          await fault.stop();
          const known = (await listCharges?.(claim.paymentKey)) ?? [];
          if (during.outcome === "failed") expect([fault.name, known]).toEqual([fault.name, []]);
          if (during.outcome === "settled") expect([fault.name, known.length]).toEqual([fault.name, 1]);
          expect([fault.name, await finish(rail, claim)]).toMatchObject([
            fault.name,
            { outcome: "settled", settled: { amount: claim.amount.toString() } },
          ]);
          if (listCharges)
            expect([fault.name, await listCharges(claim.paymentKey)]).toEqual([fault.name, [claim.amount]]);
        }
      }
    });

    it("refunds once through the same faults", async () => {
      const harness = await makeHarness();
      const { rail, faults = [], payments } = harness;
      const payment = payments.find((each) => each.remembers);
      if (rail.refund === undefined || payment === undefined) return;
      for (const fault of faults) {
        const claim = await makeClaim(harness, payment);
        const settlement = await rail.settle(claim);
        if (settlement.outcome !== "settled") throw new Error(settlement.outcome);
        const { paymentKey, amount } = claim;
        const id = `rfd_${paymentKey.slice(-20)}`;
        const request = { id, paymentKey, reference: settlement.reference, amount };
        await fault.start();
        const during = await rail.refund(request);
        await fault.stop();
        expect([fault.name, during.outcome]).not.toEqual([fault.name, "failed"]);
        expect([fault.name, await rail.refund(request)]).toMatchObject([fault.name, { outcome: "refunded" }]);
        const more = await rail.refund({ ...request, id: `${id}_more`, amount: 1n });
        expect([fault.name, more.outcome]).toEqual([fault.name, "failed"]);
      }
    });
  });
}

/** As a reconciler does: asks, settles what was not charged, and asks again. */
async function finish(rail: Rail, claim: RailClaim): Promise<Settlement> {
  const note = rail.note?.(claim);
  const repeated: RailClaim = { ...claim, ...(note === undefined ? {} : { note }), repeated: true };
  for (let attempt = 0; attempt < 100; attempt++) {
    const status = await askStatus(rail, claim);
    if (status.outcome === "settled") return status;
    if (status.outcome === "failed") await rail.settle(claim);
    else if (status.outcome === "unsettled") await rail.settle(repeated);
    else await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { outcome: "unknown", retryAfter: 1 };
}
