import { toHex } from "@x402-paywall/core";
import { LightningNodeError, type NodeInvoice, type SettledInvoice } from "../backend.ts";

/** lnd's `Invoice`, as far as it is read; 64-bit integers are decimal text. */
export interface LndInvoice {
  readonly r_hash: Uint8Array;
  readonly r_preimage: Uint8Array;
  readonly state: string;
  readonly amt_paid_msat: string;
  /** Unix seconds. */
  readonly settle_date: string;
  readonly settle_index: string;
}

const STATES: Readonly<Record<string, "open" | "held" | "closed">> = {
  OPEN: "open",
  ACCEPTED: "held",
  CANCELED: "closed",
};

/** @throws LightningNodeError `malformed` */
export function readLndInvoice(invoice: LndInvoice): NodeInvoice {
  const settled = readSettled(invoice);
  if (settled !== undefined) return settled;
  const state = STATES[invoice.state];
  if (state === undefined || invoice.r_hash.length !== 32)
    throw new LightningNodeError("malformed", "lnd's invoice is in no state that is known");
  return { state, paymentHash: toHex(invoice.r_hash) };
}

/** `undefined` for what is not settled, and for what has no payment hash. */
export function readSettled(invoice: LndInvoice): SettledInvoice | undefined {
  if (invoice.state !== "SETTLED" || invoice.r_hash.length !== 32) return undefined;
  return {
    state: "settled",
    paymentHash: toHex(invoice.r_hash),
    receivedMsat: BigInt(invoice.amt_paid_msat),
    settledAt: Number(invoice.settle_date),
    preimage: invoice.r_preimage.length === 32 ? toHex(invoice.r_preimage) : null,
  };
}
