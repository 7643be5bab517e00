import type { Crypto, KeyRing, Mode } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import { type Curve, nobleCurve } from "../../evm/curve.ts";
import { readDescription } from "./invoice-description.ts";
import { createSandboxNode } from "./lightning.ts";

/** A paid sandbox invoice: an `InvoiceRecord` but for the workspace, which the invoice does not name. */
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
   * Pays an invoice that this instance signed. Nothing is stored: pass the result on to `store.saveInvoice`, so that the
   * payment page sees it.
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
