import type { Crypto, MicroUsd, Quote, RailId, Receipt, Signer, Usage, WireId } from "@x402-paywall/core";
import { isPayableInBitcoin, issueReceipt, newId, PaywallError } from "@x402-paywall/core";
import { askStore } from "./ask-store.ts";
import type { HeldClaim, SettledPayment } from "./held-claim.ts";
import type { PaywallLog } from "./log.ts";
import type { Rail, RailClaim, SettledAmount, Settlement, Unsettled } from "./rail.ts";
import { entitlementOf } from "./entitlement-of.ts";
import type { AtomicStore, ClaimRef, NewEntitlement, SettlementRecord } from "./store.ts";

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

/** A payment that is settled, whoever holds its lease. */
export type SettledFacts = Omit<PaymentFacts, "ref"> & { readonly ref: Pick<ClaimRef, "paymentKey"> };

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
  const { rail, proof } = payment;
  const before = rail.settles(proof) === "before";
  const claim = withNote(toRailClaim(held, terms.amount), rail);
  if (!before && !(await askStore(() => context.store.beginSettlement(ref, claim.note)))) throw uncertain(2);
  const settlement = await askRail(() => rail.settle(claim), context);
  switch (settlement.outcome) {
    case "settled":
      return recordSettled(factsOf(held), settlement, context, terms);
    case "failed":
      context.log({ event: "settlement_failed", paymentKey: ref.paymentKey, detail: settlement.detail });
      throw new PaywallError("settlement_failed", { detail: settlement.detail });
    case "unavailable":
      throw unavailable(settlement.retryAfter);
    case "unknown":
      throw uncertain(settlement.retryAfter);
  }
}

/** Whether a payment that could wait for the upstream's head is charged before: its creator's choice. */
export function settlesFirst({ endpoint, payment, settled }: HeldClaim): boolean {
  return (
    endpoint.settleFirst === true && settled === null && payment.rail.settles(payment.proof) === "on-commit"
  );
}

/** A claim as its rail is asked about it. @param amount Default: the quote's. */
export function toRailClaim(held: HeldClaim, amount?: MicroUsd): RailClaim {
  const { ref, endpoint, payment, note, repeated } = held;
  const { proof, quote } = payment;
  return {
    paymentKey: ref.paymentKey,
    endpoint,
    proof,
    quote,
    amount: amount ?? quote.amount,
    ...(note === null ? {} : { note }),
    ...(repeated ? { repeated } : {}),
  };
}

/** What was written down the first time stays: a repetition goes where the first one went. */
function withNote(claim: RailClaim, rail: Rail): RailClaim {
  const note = claim.note ?? rail.note?.(claim);
  return note === undefined ? claim : { ...claim, note };
}

/** Nobody could be asked, so nothing was charged: the same credential works in a moment. */
export function unavailable(retryAfter: number): PaywallError {
  return new PaywallError("rail_unavailable", {
    detail: "The payment could not be settled just now. Nothing was charged; send the same payment again.",
    retryAfter,
  });
}

/** Writes down what the rail said. Throws `settlement_unknown` where that cannot be done: the money has moved. */
export async function recordSettled(
  payment: PaymentFacts,
  settlement: Extract<Settlement, { readonly outcome: "settled" }>,
  context: SettleContext,
  terms: SettlementTerms = {},
): Promise<SettledPayment> {
  const record = makeRecord(payment, settlement, context, terms);
  let recorded: boolean;
  try {
    recorded = await context.store.recordSettlement(payment.ref, record);
  } catch (cause) {
    context.log({ event: "store_error", step: "recordSettlement", error: cause });
    throw uncertain(2, cause);
  }
  if (!recorded) throw uncertain(2);
  const { receipt, jws } = record;
  return { receipt, jws };
}

/** All that a settled payment leaves behind: its signed receipt, and what it bought. */
export function makeRecord(
  payment: SettledFacts,
  settlement: Extract<Settlement, { readonly outcome: "settled" }>,
  { crypto, signer, clock }: Pick<SettleContext, "crypto" | "signer" | "clock">,
  terms: SettlementTerms = {},
): SettlementRecord {
  const now = Math.floor(clock() / 1000);
  const receipt = makeReceipt(payment, settlement, terms, { now, crypto });
  const entitlement =
    terms.entitlement ?? entitlementOf(payment.quote, payment.ref.paymentKey, { now, crypto });
  return {
    receipt,
    jws: issueReceipt(receipt, signer),
    ...(entitlement === undefined ? {} : { entitlement }),
  };
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
export async function askRail<T extends Settlement | Unsettled>(
  ask: () => Promise<T>,
  context: Pick<SettleContext, "log">,
): Promise<T | Extract<Settlement, { readonly outcome: "unknown" }>> {
  try {
    return await ask();
  } catch (error) {
    context.log({ event: "rail_error", error });
    return { outcome: "unknown", retryAfter: 5 };
  }
}

function makeReceipt(
  payment: SettledFacts,
  settlement: Extract<Settlement, { readonly outcome: "settled" }>,
  terms: SettlementTerms,
  { now, crypto }: { readonly now: number; readonly crypto: Crypto },
): Receipt {
  const { quote, rail, wire, payer } = payment;
  const settled = settlement.settled ?? payment.settled;
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
    amount: chargedAmount(settlement, quote, terms.amount),
    settled,
    reference: settlement.reference,
    settledAt: now,
    ...(terms.usage === undefined ? {} : { usage: terms.usage }),
    ...(settled.asset === "BTC" && isPayableInBitcoin(quote.rate) ? { rate: quote.rate } : {}),
  };
}

/**
 * A maximum that was captured in part (`upto`) is charged as far as the rail says, whatever it was asked for; what was paid
 * too much is the quote. So receipts say what moved.
 */
function chargedAmount(
  { settled }: Extract<Settlement, { readonly outcome: "settled" }>,
  quote: Quote,
  asked: MicroUsd = quote.amount,
): MicroUsd {
  if (settled?.unit !== "1e-6") return asked;
  const captured = BigInt(settled.amount);
  return captured < quote.amount ? captured : quote.amount;
}
