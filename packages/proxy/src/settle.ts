import type { Crypto, Entitlement, Receipt, Signer } from "@x402-paywall/core";
import { issueReceipt, newId, PaywallError } from "@x402-paywall/core";
import { askStore } from "./ask-store.ts";
import type { HeldClaim, SettledPayment } from "./held-claim.ts";
import type { PaywallLog } from "./log.ts";
import type { Settlement } from "./rail.ts";
import type { AtomicStore } from "./store.ts";

export interface SettleContext {
  readonly store: AtomicStore;
  readonly crypto: Crypto;
  readonly signer: Signer;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly log: PaywallLog;
  /** A browser's purchase: what the settlement leaves behind beside the receipt. */
  readonly entitlement?: Entitlement;
}

/** The money may have moved, or moved and was not written down: nobody may treat the claim as unused. */
function uncertain(retryAfter: number, cause?: unknown): PaywallError {
  return new PaywallError("settlement_unknown", { retryAfter, cause });
}

/**
 * Makes a claimed payment final and writes receipt, ledger and entitlement down, in this order: intent, rail, record.
 * @throws PaywallError `settlement_failed` (nothing moved), `settlement_unknown`, `store_unavailable` (nothing moved).
 */
export async function settlePayment(held: HeldClaim, context: SettleContext): Promise<SettledPayment> {
  const { ref, payment } = held;
  const { rail, proof, quote } = payment;
  const before = rail.settles(proof) === "before";
  if (!before && !(await askStore(() => context.store.beginSettlement(ref)))) throw uncertain(2);
  const claim = { paymentKey: ref.paymentKey, proof, quote, amount: quote.amount };
  const settlement = await askRail(() => rail.settle(claim), context);
  if (settlement.outcome === "settled") return recordSettled(held, settlement, context);
  if (settlement.outcome === "failed") {
    context.log({ event: "settlement_failed", paymentKey: ref.paymentKey, detail: settlement.detail });
    throw new PaywallError("settlement_failed", { detail: settlement.detail });
  }
  throw uncertain(settlement.retryAfter);
}

/** Writes down what the rail said. Throws `settlement_unknown` where that cannot be done: the money has moved. */
export async function recordSettled(
  held: HeldClaim,
  settlement: Extract<Settlement, { readonly outcome: "settled" }>,
  context: SettleContext,
): Promise<SettledPayment> {
  const receipt = makeReceipt(held, settlement, context);
  const jws = issueReceipt(receipt, context.signer);
  const { entitlement } = context;
  const record = { receipt, jws, ...(entitlement === undefined ? {} : { entitlement }) };
  let recorded: boolean;
  try {
    recorded = await context.store.recordSettlement(held.ref, record);
  } catch (cause) {
    context.log({ event: "store_error", step: "recordSettlement", error: cause });
    throw uncertain(2, cause);
  }
  if (!recorded) throw uncertain(2);
  return { receipt, jws };
}

/** Asks a rail; what it throws tells nothing about the money, so it counts as unknown. */
export async function askRail(
  ask: () => Promise<Settlement>,
  context: Pick<SettleContext, "log">,
): Promise<Settlement> {
  try {
    return await ask();
  } catch (error) {
    context.log({ event: "rail_error", error });
    return { outcome: "unknown", retryAfter: 5 };
  }
}

function makeReceipt(
  held: HeldClaim,
  settlement: Extract<Settlement, { readonly outcome: "settled" }>,
  context: SettleContext,
): Receipt {
  const { quote, rail, wire, verification } = held.payment;
  const { payer, settled } = verification;
  return {
    id: newId("rcp_", context.crypto),
    mode: quote.mode,
    endpointId: quote.endpointId,
    workspaceId: held.endpoint.workspaceId,
    quoteId: quote.id,
    bindingHash: quote.bindingHash,
    rail: rail.id,
    wire,
    paymentKey: held.ref.paymentKey,
    ...(payer === undefined ? {} : { payer }),
    amount: quote.amount,
    settled: settlement.settled ?? settled,
    reference: settlement.reference,
    settledAt: Math.floor(context.clock() / 1000),
  };
}
