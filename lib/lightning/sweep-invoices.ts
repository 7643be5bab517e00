import type { InvoiceRecord } from "@x402-paywall/proxy";
import { type LightningBackend, LightningNodeError } from "@x402-paywall/proxy/rails/lightning";
import type { Pool } from "pg";
import { type InvoicePosition, listOpenInvoices } from "../store/invoices.ts";
import type { Arrivals } from "./record-arrival.ts";

/** Invoices of one round. */
const ROUND = 200;
const PARALLEL = 8;
/** Seconds: an invoice that ran out longer ago, and was asked for since, takes no money any more. */
const GRACE = 3_600;

export interface SweepDeps {
  readonly pool: Pool;
  readonly nodeId: string;
  readonly network: string;
  readonly arrivals: Arrivals;
  readonly signal: AbortSignal;
}

/**
 * One round along a node's invoices that are not known to be paid: the node is asked for each, so that an event which got
 * lost loses no money. @param seenAt Unix seconds: when all that was open had been asked for.
 * @returns where to go on; `null` after the last. @throws LightningNodeError where the node is away
 */
export async function sweepInvoices(
  backend: LightningBackend,
  { after, seenAt }: { readonly after: InvoicePosition | null; readonly seenAt: number },
  { pool, nodeId, network, arrivals, signal }: SweepDeps,
): Promise<InvoicePosition | null> {
  const query = { nodeId, network, since: seenAt - GRACE, after, limit: ROUND };
  const invoices = await listOpenInvoices(pool, query);
  const waiting = [...invoices];
  const work = async (): Promise<void> => {
    for (let invoice = waiting.shift(); invoice !== undefined; invoice = waiting.shift()) {
      // One after the other: the lanes beside this one are what bounds the load on the node.
      // oxlint-disable-next-line no-await-in-loop
      await lookAgain(backend, invoice, arrivals, signal);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return invoices.length < ROUND ? null : (invoices.at(-1) ?? null);
}

async function lookAgain(
  backend: LightningBackend,
  invoice: InvoiceRecord,
  arrivals: Arrivals,
  signal: AbortSignal,
): Promise<void> {
  const { paymentHash, paid } = invoice;
  if (paid !== null) {
    const { receivedMsat, at: settledAt } = paid;
    const settled = { paymentHash, receivedMsat, settledAt, preimage: null };
    return arrivals.recordInvoice(invoice, settled, signal);
  }
  const found = await lookUp(backend, paymentHash);
  if (found?.state === "settled") await arrivals.recordInvoice(invoice, found, signal);
}

/** What a node refuses or garbles about one invoice says nothing of the others. */
async function lookUp(backend: LightningBackend, paymentHash: string) {
  try {
    return await backend.lookUp(paymentHash);
  } catch (error) {
    if (error instanceof LightningNodeError && (error.failure === "refused" || error.failure === "malformed"))
      return undefined;
    throw error;
  }
}
