import type { Crypto, KeyRing, Mode } from "@x402-paywall/core";
import { PaywallError, sealPreimage } from "@x402-paywall/core";
import { type Curve, nobleCurve } from "../../evm/curve.ts";
import type { InvoiceRecord } from "../../store.ts";
import { readDescription } from "../../lightning/invoice-description.ts";
import { createSandboxNode } from "./lightning.ts";

/** A paid sandbox invoice, as far as it says what it was for: neither its workspace nor its whole quote. */
export interface SandboxPayment {
  /** 32 bytes, lower-case hex. */
  readonly preimage: string;
  readonly paymentHash: string;
  readonly bolt11: string;
  readonly quoteId: string;
  readonly endpointId: string;
  readonly mode: Extract<Mode, "test">;
  /** µUSD. */
  readonly amount: bigint;
  readonly amountMsat: bigint;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** The wallet of TEST mode: unlimited funds, and nobody but this instance to pay. */
export interface SandboxWallet {
  /**
   * Pays an invoice that this instance signed. Nothing is stored: pass what {@link toPaidInvoice} makes of it on to
   * `store.saveInvoice`, so that the payment page sees it.
   * @throws PaywallError `validation_failed` for any other invoice, `payment_expired` after its time.
   */
  payInvoice(bolt11: string): SandboxPayment;
}

export interface SandboxWalletOptions {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly curve?: Curve;
}

export function createSandboxWallet(options: SandboxWalletOptions): SandboxWallet {
  const node = createSandboxNode({
    keys: options.keys,
    crypto: options.crypto,
    curve: options.curve ?? nobleCurve,
  });
  return {
    payInvoice(bolt11) {
      const opened = node.open(bolt11);
      const subject = readDescription(opened?.invoice.description ?? "");
      const amountMsat = opened?.invoice.amountMsat;
      if (opened === undefined || subject === undefined || amountMsat === undefined) {
        throw new PaywallError("validation_failed", {
          detail: "The sandbox wallet pays only TEST invoices of this instance.",
          errors: [
            { field: "bolt11", message: "Copy the whole invoice of a TEST payment page of this instance." },
          ],
        });
      }
      const { invoice, preimage } = opened;
      const expiresAt = invoice.timestamp + invoice.expirySeconds;
      if (expiresAt <= Math.floor(options.clock() / 1000)) {
        throw new PaywallError("payment_expired", { detail: "The invoice has expired: ask for a new one." });
      }
      return {
        ...subject,
        preimage,
        paymentHash: invoice.paymentHash,
        bolt11,
        mode: "test",
        amountMsat,
        expiresAt,
      };
    },
  };
}

/** @param known What the invoice does not say; `now` in Unix seconds. */
export function toPaidInvoice(
  { preimage, amountMsat, ...invoice }: SandboxPayment,
  known: { readonly workspaceId: string; readonly keys: KeyRing; readonly now: number },
): InvoiceRecord {
  const { workspaceId, keys, now } = known;
  const sealedPreimage = sealPreimage(preimage, invoice.paymentHash, keys);
  const paid = { receivedMsat: amountMsat, at: now, sealedPreimage };
  return { ...invoice, workspaceId, quote: null, nodeId: null, shared: false, paid };
}
