import type { Crypto, MicroUsd, Quote, RailId, Receipt, Signer, Usage, WireId } from "@x402-paywall/core";
import { issueReceipt, newId, PaywallError } from "@x402-paywall/core";
import { askStore } from "./ask-store.ts";
import type { HeldClaim, SettledPayment } from "./held-claim.ts";
import type { PaywallLog } from "./log.ts";
import type { SettledAmount, Settlement } from "./rail.ts";
import { entitlementOf } from "./entitlement-of.ts";
import type { AtomicStore, ClaimRef, NewEntitlement } from "./store.ts";

export interface SettleContext {
  readonly store: AtomicStore;
  readonly crypto: Crypto;
  readonly signer: Signer;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly log: PaywallLog;
  /** Of a claim or a hold. */
  readonly leaseMs: number;
}

/** A payment as its receipt names it: out of a live credential, or out of the row that it left behind. */
export interface PaymentFacts {
  readonly ref: ClaimRef;
  readonly workspaceId: string;
  readonly quote: Quote;
  readonly rail: RailId;
  readonly wire: WireId;
  readonly payer?: string;
  /** What the proof was worth; the rail's own word, where it gives one, goes before. */
  readonly settled: SettledAmount;
}

/** How a settlement differs from what its quote says. */
export interface SettlementTerms {
  /** Captured in the end (`upto`); default: the quote's amount. */
  readonly amount?: MicroUsd;
  readonly usage?: Usage;
  /** Announced in the head of an answer that is settled after its last byte. */
  readonly receiptId?: string;
  /** Bought beside what the quote's terms say: a browser's access to its one resource. */
  readonly entitlement?: NewEntitlement;
}

/** The money may have moved, or moved and was not written down: nobody may treat the claim as unused. */
function uncertain(retryAfter: number, cause?: unknown): PaywallError {
  return new PaywallError("settlement_unknown", { retryAfter, cause });
}

/**
 * Makes a claimed payment final and writes receipt, ledger and entitlement down, in this order: intent, rail, record.
 * @throws PaywallError `settlement_failed` (nothing moved), `settlement_unknown`, `store_unavailable` (nothing moved).
 */
export async function settlePayment(
  held: HeldClaim,
  context: SettleContext,
  terms: SettlementTerms = {},
): Promise<SettledPayment> {
  const { ref, payment } = held;
  const { rail, proof, quote } = payment;
  const before = rail.settles(proof) === "before";
  if (!before && !(await askStore(() => context.store.beginSettlement(ref)))) throw uncertain(2);
  const claim = { paymentKey: ref.paymentKey, proof, quote, amount: terms.amount ?? quote.amount };
  const settlement = await askRail(() => rail.settle(claim), context);
  if (settlement.outcome === "settled") return recordSettled(factsOf(held), settlement, context, terms);
  if (settlement.outcome === "failed") {
    context.log({ event: "settlement_failed", paymentKey: ref.paymentKey, detail: settlement.detail });
    throw new PaywallError("settlement_failed", { detail: settlement.detail });
  }
  throw uncertain(settlement.retryAfter);
}

/** Writes down what the rail said. Throws `settlement_unknown` where that cannot be done: the money has moved. */
export async function recordSettled(
  payment: PaymentFacts,
  settlement: Extract<Settlement, { readonly outcome: "settled" }>,
  context: SettleContext,
  terms: SettlementTerms = {},
): Promise<SettledPayment> {
  const { crypto, signer, store, clock } = context;
  const now = Math.floor(clock() / 1000);
  const receipt = makeReceipt(payment, settlement, terms, { now, crypto });
  const jws = issueReceipt(receipt, signer);
  const entitlement =
    terms.entitlement ?? entitlementOf(payment.quote, payment.ref.paymentKey, { now, crypto });
  let recorded: boolean;
  try {
    recorded = await store.recordSettlement(payment.ref, {
      receipt,
      jws,
      ...(entitlement === undefined ? {} : { entitlement }),
    });
  } catch (cause) {
    context.log({ event: "store_error", step: "recordSettlement", error: cause });
    throw uncertain(2, cause);
  }
  if (!recorded) throw uncertain(2);
  return { receipt, jws };
}

/** The facts of a claim that is held by a live presentation. */
export function factsOf(held: HeldClaim): PaymentFacts {
  const { quote, rail, wire, verification } = held.payment;
  const { payer, settled } = verification;
  return {
    ref: held.ref,
    workspaceId: held.endpoint.workspaceId,
    quote,
    rail: rail.id,
    wire,
    ...(payer === undefined ? {} : { payer }),
    settled,
  };
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
  payment: PaymentFacts,
  settlement: Extract<Settlement, { readonly outcome: "settled" }>,
  terms: SettlementTerms,
  { now, crypto }: { readonly now: number; readonly crypto: Crypto },
): Receipt {
  const { quote, rail, wire, payer } = payment;
  return {
    id: terms.receiptId ?? newId("rcp_", crypto),
    mode: quote.mode,
    endpointId: quote.endpointId,
    workspaceId: payment.workspaceId,
    quoteId: quote.id,
    bindingHash: quote.bindingHash,
    rail,
    wire,
    paymentKey: payment.ref.paymentKey,
    ...(payer === undefined ? {} : { payer }),
    amount: terms.amount ?? chargedAmount(settlement, quote),
    settled: settlement.settled ?? payment.settled,
    reference: settlement.reference,
    settledAt: now,
    ...(terms.usage === undefined ? {} : { usage: terms.usage }),
  };
}

/** A maximum that was captured in part (`upto`) is charged as far as the rail says; what was paid too much is the quote. */
function chargedAmount(
  { settled }: Extract<Settlement, { readonly outcome: "settled" }>,
  quote: Quote,
): MicroUsd {
  if (settled?.unit !== "1e-6") return quote.amount;
  const captured = BigInt(settled.amount);
  return captured < quote.amount ? captured : quote.amount;
}
