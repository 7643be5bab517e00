import { newId, PaywallError } from "@x402-paywall/core";
import { abandonClaim } from "./abandon-claim.ts";
import { askStore } from "./ask-store.ts";
import type { Endpoint } from "./endpoint.ts";
import { askRail, factsOf, recordSettled, type SettleContext } from "./settle.ts";
import type { HeldClaim, SettledPayment } from "./held-claim.ts";
import type { ClaimOutcome } from "./store.ts";
import type { VerifiedPayment } from "./verify-payment.ts";

/**
 * Takes the payment for this request in one atomic step, before anything else happens, and finds out what became of an
 * earlier presentation.
 * @throws PaywallError `in_progress`, `credential_redeemed`, `wrong_resource` (foreign), `settlement_unknown`,
 * `store_unavailable`.
 */
export async function claimPayment(
  payment: VerifiedPayment,
  endpoint: Endpoint,
  context: SettleContext,
): Promise<HeldClaim> {
  const { verification, quote, rail, wire } = payment;
  const { paymentKey, payer } = verification;
  const ref = { paymentKey, owner: newId("own_", context.crypto) };
  const { workspaceId } = endpoint;
  const claimedAt = context.clock();
  const claimed = await askStore(() =>
    context.store.claim({
      ...ref,
      leaseMs: context.leaseMs,
      workspaceId,
      quote,
      rail: rail.id,
      wire,
      ...(payer === undefined ? {} : { payer }),
    }),
  );
  switch (claimed.outcome) {
    case "in-progress":
      throw new PaywallError("in_progress", { retryAfter: claimed.retryAfter });
    case "delivered":
      throw redeemed(claimed.receiptId);
    case "foreign":
      throw new PaywallError("wrong_resource", {
        detail: "This money was already used to pay another quote.",
      });
    case "claimed":
      try {
        const held = { ref, claimedAt, endpoint, payment, settled: null };
        return { ...held, settled: await takeOver(held, claimed, context) };
      } catch (error) {
        await abandonClaim(ref, { uncertain: true, store: context.store, log: context.log });
        throw error;
      }
  }
}

export function redeemed(receiptId: string | null): PaywallError {
  return new PaywallError("credential_redeemed", {
    detail: "Each payment is good for one delivery.",
    extensions: receiptId === null ? {} : { receipt: receiptId },
  });
}

/** What an earlier presentation left behind: `null` where nothing was charged yet. */
async function takeOver(
  held: HeldClaim,
  claimed: Extract<ClaimOutcome, { readonly outcome: "claimed" }>,
  context: SettleContext,
): Promise<SettledPayment | null> {
  const { previous, receiptId } = claimed;
  if (previous === "settled") return loadSettled(receiptId, context);
  return previous === "settling" || previous === "unknown" ? resumeSettlement(held, context) : null;
}

async function loadSettled(receiptId: string | null, context: SettleContext): Promise<SettledPayment> {
  const found = receiptId === null ? undefined : await askStore(() => context.store.findReceipt(receiptId));
  if (found === undefined) throw new PaywallError("settlement_unknown", { retryAfter: 5 });
  return found;
}

/** An earlier presentation got as far as asking the rail: ask what came of it before anything is repeated. */
async function resumeSettlement(held: HeldClaim, context: SettleContext): Promise<SettledPayment | null> {
  const { rail } = held.payment;
  const settlement = await askRail(() => rail.status(held.ref.paymentKey), context);
  if (settlement.outcome === "failed") return null;
  if (settlement.outcome === "settled") return recordSettled(factsOf(held), settlement, context);
  throw new PaywallError("settlement_unknown", { retryAfter: settlement.retryAfter });
}
