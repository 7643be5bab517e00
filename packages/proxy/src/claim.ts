import { newId, PaywallError } from "@x402-paywall/core";
import { abandonClaim } from "./abandon-claim.ts";
import { askStore } from "./ask-store.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Confirmation } from "./rail.ts";
import {
  askRail,
  factsOf,
  recordSettled,
  type SettleContext,
  type SettlementTerms,
  toRailClaim,
  unavailable,
} from "./settle.ts";
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
      return takeOver({ ref, claimedAt, endpoint, payment, ...untouched }, claimed, context);
  }
}

const untouched = { settled: null, note: null, repeated: false } as const;

export function redeemed(receiptId: string | null): PaywallError {
  return new PaywallError("credential_redeemed", {
    detail: "Each payment is good for one delivery.",
    extensions: receiptId === null ? {} : { receipt: receiptId },
  });
}

/** Finds out what an earlier presentation left behind; a first one is confirmed. A claim that is not returned is ended. */
async function takeOver(
  held: HeldClaim,
  claimed: Extract<ClaimOutcome, { readonly outcome: "claimed" }>,
  context: SettleContext,
): Promise<HeldClaim> {
  const { store, log } = context;
  const { previous, receiptId, note } = claimed;
  const asked = previous === "settling" || previous === "unknown";
  let uncertain = previous === "settled" || asked;
  try {
    if (previous === "settled") return { ...held, settled: await loadSettled(receiptId, context) };
    const resumed = asked ? await resumeSettlement({ ...held, note }, context) : held;
    if (resumed.settled !== null || resumed.repeated) return resumed;
    // Nothing was charged: as good as new, if it is still good.
    uncertain = false;
    await confirmPayment(resumed, context);
    return resumed;
  } catch (error) {
    await abandonClaim(held.ref, { uncertain, store, log });
    throw error;
  }
}

/** @throws PaywallError with the code that the fresh challenge carries, or `rail_unavailable`: nothing was charged. */
async function confirmPayment(held: HeldClaim, { log }: SettleContext): Promise<void> {
  const { rail } = held.payment;
  if (rail.confirm === undefined) return;
  let confirmation: Confirmation;
  try {
    confirmation = await rail.confirm(toRailClaim(held));
  } catch (error) {
    log({ event: "rail_error", error });
    throw unavailable(5);
  }
  if (confirmation.outcome === "unavailable") throw unavailable(confirmation.retryAfter);
  if (confirmation.outcome === "refused")
    throw new PaywallError(confirmation.code, { detail: confirmation.detail });
}

async function loadSettled(receiptId: string | null, context: SettleContext): Promise<SettledPayment> {
  const found = receiptId === null ? undefined : await askStore(() => context.store.findReceipt(receiptId));
  if (found === undefined) throw new PaywallError("settlement_unknown", { retryAfter: 5 });
  return found;
}

/** An earlier presentation got as far as asking the rail: ask what came of it before anything is repeated. */
export async function resumeSettlement(
  held: HeldClaim,
  context: SettleContext,
  terms: SettlementTerms = {},
): Promise<HeldClaim> {
  const { rail } = held.payment;
  const settlement = await askRail(() => rail.status(held.ref.paymentKey, held.note), context);
  switch (settlement.outcome) {
    case "settled":
      return { ...held, settled: await recordSettled(factsOf(held), settlement, context, terms) };
    case "failed":
      return { ...held, note: null };
    // With the proof at hand it is asked for again, of the same party.
    case "unsettled":
      return { ...held, repeated: true };
    case "unavailable":
    case "unknown":
      throw new PaywallError("settlement_unknown", { retryAfter: settlement.retryAfter });
  }
}
