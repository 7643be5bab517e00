import { setTimeout as sleep } from "node:timers/promises";
import { creditInvoice, type CreditInvoiceContext, type InvoiceRecord, notePaid } from "@x402-paywall/proxy";
import type { SettledInvoice } from "@x402-paywall/proxy/rails/lightning";
import { PaywallError } from "@x402-paywall/core";

export interface Arrivals {
  /** Marks what a node reports as paid, where it is ours. @throws PaywallError `store_unavailable` */
  noteSettled(settled: SettledInvoice): Promise<void>;
  /** What a node reports; invoices that are none of ours, or of another node, are skipped. @throws PaywallError `store_unavailable` */
  recordSettled(settled: SettledInvoice, signal: AbortSignal): Promise<void>;
  /**
   * An invoice whose row is at hand. Its payer has a moment to present it first, unless the signal aborts.
   * @throws PaywallError `store_unavailable`
   */
  recordInvoice(
    invoice: InvoiceRecord,
    settled: Omit<SettledInvoice, "state">,
    signal: AbortSignal,
  ): Promise<void>;
  /** What a presentation held: it has settled it by now, or has let go. @throws PaywallError `store_unavailable` */
  retryHeld(): Promise<void>;
}

const PAYMENT_HASH = /^[0-9a-f]{64}$/;
/** What was complained about, and what is held: beyond so many, the next sweep finds them. */
const REMEMBERED = 1_000;

/** Writes down what arrives on one node. What the books refuse is logged and left to the next sweep: others must not wait. */
export function createArrivals(
  nodeId: string,
  { books, presentMs }: { readonly books: CreditInvoiceContext; readonly presentMs: number },
  logError: (message: string, error: unknown) => void,
): Arrivals {
  const refused = new Set<string>();
  const held = new Map<string, () => Promise<void>>();
  const findInvoice = async ({ paymentHash }: SettledInvoice): Promise<InvoiceRecord | undefined> => {
    const invoice = PAYMENT_HASH.test(paymentHash) ? await books.store.findInvoice(paymentHash) : undefined;
    // A node that names others' invoices must not make them paid.
    return invoice?.nodeId === nodeId ? invoice : undefined;
  };
  const credit = async (invoice: InvoiceRecord, settled: Omit<SettledInvoice, "state">): Promise<void> => {
    const outcome = await creditInvoice(invoice, settled, books);
    if (outcome !== "held") held.delete(invoice.paymentHash);
    else if (held.size < REMEMBERED) held.set(invoice.paymentHash, () => credit(invoice, settled));
  };
  const recordInvoice: Arrivals["recordInvoice"] = async (invoice, settled, signal) => {
    try {
      if (invoice.quote !== null) await notePaid(invoice, settled, books);
      const left = timeToPresent(settled.settledAt, presentMs);
      if (left > 0) await sleep(left, undefined, { signal, ref: false }).catch(() => {});
      await credit(invoice, settled);
    } catch (error) {
      if (error instanceof PaywallError && error.code === "store_unavailable") throw error;
      if (refused.has(invoice.paymentHash)) return;
      if (refused.size >= REMEMBERED) refused.clear();
      refused.add(invoice.paymentHash);
      logError(`lightning: what arrived for ${invoice.paymentHash} could not be written down`, error);
    }
  };
  return {
    recordInvoice,
    retryHeld: async () => {
      // One after the other: they are few, and nobody waits for them.
      // oxlint-disable-next-line no-await-in-loop
      for (const again of held.values()) await again();
    },
    noteSettled: async (settled) => {
      const invoice = await findInvoice(settled);
      if (invoice !== undefined && invoice.quote !== null) await notePaid(invoice, settled, books);
    },
    recordSettled: async (settled, signal) => {
      const invoice = await findInvoice(settled);
      if (invoice !== undefined) await recordInvoice(invoice, settled, signal);
    },
  };
}

/**
 * Milliseconds until a payment may be written down unpresented. A node whose clock is ahead is not waited for.
 * @param settledAt Unix seconds, by the node's clock.
 */
export function timeToPresent(settledAt: number, presentMs: number): number {
  const left = settledAt * 1_000 + presentMs - Date.now();
  return left > 0 && left <= presentMs ? left : 0;
}
