import type { LightningOffer, Msat, Quote } from "@x402-paywall/core";
import { microUsdToMsat } from "@x402-paywall/core";
import type { Confirmation, SettledAmount, Settlement } from "../../rail.ts";
import type { InvoiceRecord } from "../../store.ts";
import type { LightningBackend, NodeInvoice } from "./backend.ts";

/** What is known of an invoice: the node's word, or that it could not be asked. */
export type InvoiceLook =
  | { readonly known: true; readonly invoice: NodeInvoice | undefined }
  | { readonly known: false };

/** Soon enough for a payer who waits, seldom enough for a node that starts. */
export const AWAY_SECONDS = 2;

/** What a row or a node says about an invoice, as an answer for the payment that it was made for. */
export function confirmationOf(look: InvoiceLook, quote: Quote): Confirmation {
  if (!look.known) return { outcome: "unavailable", retryAfter: AWAY_SECONDS };
  const { invoice } = look;
  switch (invoice?.state) {
    case "settled":
      return invoice.receivedMsat < microUsdToMsat(quote.amount, quote.rate)
        ? short
        : { outcome: "confirmed" };
    // Its money may still arrive: a fresh challenge would make the payer pay twice.
    case "held":
      return { outcome: "unavailable", retryAfter: AWAY_SECONDS };
    case "open":
      return refuse("verification_failed", "The invoice is not paid.");
    case "closed":
      return refuse("payment_expired", "The invoice was closed unpaid.");
    case undefined:
      return refuse("verification_failed", "The creator's node does not know this invoice.");
  }
}

const short: Confirmation = {
  outcome: "refused",
  code: "payment_insufficient",
  detail: "Less arrived than was quoted. It is noted as due back to its payer: ask the creator.",
};

function refuse(code: "verification_failed" | "payment_expired", detail: string): Confirmation {
  return { outcome: "refused", code, detail };
}

/** What a paid invoice brought, as its receipt names it. */
export function settlementOf(
  paymentHash: string,
  receivedMsat: Msat,
  network: LightningOffer["network"],
): Extract<Settlement, { readonly outcome: "settled" }> & { readonly settled: SettledAmount } {
  const settled = { asset: "BTC", amount: receivedMsat.toString(), unit: "msat", network };
  return { outcome: "settled", reference: paymentHash, settled };
}

/** The row's word goes before the node's: what was seen paid stays paid, also where the node is away. */
export async function lookAt(
  paymentHash: string,
  record: InvoiceRecord | undefined,
  ask: (() => Promise<LightningBackend>) | undefined,
  onError: (error: unknown) => void,
): Promise<InvoiceLook> {
  const paid = record?.paid;
  if (paid) {
    const { receivedMsat, at: settledAt } = paid;
    return {
      known: true,
      invoice: { state: "settled", paymentHash, receivedMsat, settledAt, preimage: null },
    };
  }
  if (ask === undefined) return { known: false };
  try {
    const backend = await ask();
    return { known: true, invoice: await backend.lookUp(paymentHash) };
  } catch (error) {
    onError(error);
    return { known: false };
  }
}
