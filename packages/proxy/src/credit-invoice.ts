import type { KeyRing, Quote } from "@x402-paywall/core";
import { lightningPaymentKey, microUsdToMsat, sealPreimage } from "@x402-paywall/core";
import type { LightningNetwork, SettledInvoice } from "./rails/lightning/backend.ts";
import { settlementOf } from "./rails/lightning/paid-invoices.ts";
import { makeRecord, type SettleContext, type SettledFacts } from "./settle.ts";
import type { CreditStore, InvoicePayment, InvoiceRecord, SettlementRecord } from "./store.ts";

export interface CreditInvoiceContext extends Pick<SettleContext, "crypto" | "signer" | "clock"> {
  readonly store: CreditStore;
  readonly keys: KeyRing;
  readonly network: LightningNetwork;
}

/**
 * `short`: less arrived than was quoted; it is due back. `held`: a presentation is at it, look again later. `known`: it was
 * written down before. `foreign`: none of our LIVE quotes was paid.
 */
export type CreditInvoiceOutcome = "credited" | "short" | "held" | "known" | "foreign";

/**
 * Writes down money that arrived, whether or not anybody presents it: receipt, ledger and what was bought, as if a
 * presentation had settled it and not been served yet. What came late or was too much is honoured, and the receipt's
 * `settled` says how much it was. The invoice is marked first: an interrupted credit is found again by that. Idempotent.
 * @throws PaywallError `store_unavailable`
 */
export async function creditInvoice(
  invoice: InvoiceRecord,
  settled: Omit<SettledInvoice, "state">,
  context: CreditInvoiceContext,
): Promise<CreditInvoiceOutcome> {
  const { store, network } = context;
  const { quote, paymentHash, workspaceId } = invoice;
  if (quote === null || quote.mode !== "live") return "foreign";
  await notePaid(invoice, settled, context);
  const short = settled.receivedMsat < microUsdToMsat(quote.amount, quote.rate);
  const paymentKey = lightningPaymentKey(network, paymentHash);
  const payment = { workspaceId, quote, rail: "lightning", wire: "l402" } as const;
  const record = recordOf({ ...payment, ref: { paymentKey } }, settled, short, context);
  const outcome = await store.credit({ claim: { ...payment, paymentKey }, record, short });
  return outcome === "credited" && short ? "short" : outcome;
}

/** Marks an invoice as paid: whoever waits for it goes on. Idempotent. @throws PaywallError `store_unavailable` */
export async function notePaid(
  invoice: InvoiceRecord,
  settled: Omit<SettledInvoice, "state">,
  { store, keys }: Pick<CreditInvoiceContext, "store" | "keys">,
): Promise<void> {
  if (invoice.paid === null) await store.saveInvoice({ ...invoice, paid: toPayment(settled, keys) });
}

/** What is short buys nothing, and its receipt is over what it was worth. */
function recordOf(
  payment: Omit<SettledFacts, "settled">,
  { paymentHash, receivedMsat }: Pick<SettledInvoice, "paymentHash" | "receivedMsat">,
  short: boolean,
  context: CreditInvoiceContext,
): SettlementRecord {
  const settlement = settlementOf(paymentHash, receivedMsat, context.network);
  const facts = { ...payment, settled: settlement.settled };
  if (!short) return makeRecord(facts, settlement, context);
  const { receipt, jws } = makeRecord(facts, settlement, context, {
    amount: worthOf(receivedMsat, payment.quote),
  });
  return { receipt, jws };
}

/** µUSD, rounded down: no more than what arrived is owed back. */
function worthOf(receivedMsat: bigint, { rate }: Quote): bigint {
  return (receivedMsat * 1_000_000n) / rate.msatPerUsd;
}

function toPayment(
  { paymentHash, receivedMsat, settledAt, preimage }: Omit<SettledInvoice, "state">,
  keys: KeyRing,
): InvoicePayment {
  const sealedPreimage = preimage === null ? null : sealPreimage(preimage, paymentHash, keys);
  return { receivedMsat, at: settledAt, sealedPreimage };
}
