import type { Bolt11, Crypto, KeyRing, LightningOffer, PreimageProof, Quote } from "@x402-paywall/core";
import { decodeBolt11, encodeBolt11, equalBytes, fromHex, microUsdToMsat, toHex } from "@x402-paywall/core";
import type { Curve } from "../../evm/curve.ts";
import { describeInvoice } from "../../lightning/invoice-description.ts";
import { invoiceSeconds } from "../../lightning/invoice-seconds.ts";
import { verifyPreimage } from "../../lightning/verify-preimage.ts";
import type { Verification } from "../../rail.ts";

/** Prefix of regtest invoices, after `ln`. */
export const REGTEST_PREFIX = "bcrt";

/**
 * A Lightning node that keeps nothing: the preimage is an HMAC of the invoice's own payment secret, so any process with
 * the instance's key can pay an invoice that another one wrote.
 */
export interface SandboxNode {
  offer(quote: Quote, title: string, now: number): LightningOffer;
  verify(proof: PreimageProof, quote: Quote): Verification;
  /** The preimage of an invoice that this instance signed; `undefined` for every other string. */
  open(bolt11: string): { readonly invoice: Bolt11; readonly preimage: string } | undefined;
}

export function createSandboxNode(options: {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  readonly curve: Curve;
}): SandboxNode {
  const { keys, crypto, curve } = options;
  const nodeKey = keys.derive("sandbox-node");
  const nodeId = curve.publicKey(nodeKey);
  const preimageOf = crypto.hmac(keys.derive("sandbox-preimage"));
  const sign = (digest: Uint8Array) => curve.sign(digest, nodeKey);
  return {
    offer(quote, title, now) {
      const secret = crypto.randomBytes(32);
      const paymentHash = toHex(crypto.sha256(preimageOf(secret)));
      const amount = microUsdToMsat(quote.amount, quote.rate);
      const expirySeconds = invoiceSeconds(quote, now);
      const fields = {
        prefix: REGTEST_PREFIX,
        amountMsat: amount,
        timestamp: now,
        expirySeconds,
        paymentHash,
        paymentSecret: toHex(secret),
        description: describeInvoice(quote, title),
      };
      return {
        kind: "lightning",
        bolt11: encodeBolt11(fields, sign, crypto),
        paymentHash,
        amount,
        network: "regtest",
      };
    },
    verify(proof, quote) {
      return verifyPreimage(proof, quote, { network: "regtest", crypto });
    },
    open(bolt11) {
      const invoice = decodeBolt11(bolt11);
      const secret = invoice?.paymentSecret === undefined ? undefined : fromHex(invoice.paymentSecret);
      if (invoice === undefined || secret === undefined || invoice.prefix !== REGTEST_PREFIX)
        return undefined;
      const signer = curve.recover(crypto.sha256(invoice.signedData), invoice.signature, invoice.recoveryId);
      if (signer === undefined || !equalBytes(signer, nodeId)) return undefined;
      const preimage = preimageOf(secret);
      return toHex(crypto.sha256(preimage)) === invoice.paymentHash
        ? { invoice, preimage: toHex(preimage) }
        : undefined;
    },
  };
}
