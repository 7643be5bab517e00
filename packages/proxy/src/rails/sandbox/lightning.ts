import type { Bolt11, Crypto, KeyRing, LightningOffer, PreimageProof, Quote } from "@x402-paywall/core";
import {
  decodeBolt11,
  encodeBolt11,
  equalBytes,
  fromHex,
  lightningPaymentKey,
  microUsdToMsat,
  toHex,
} from "@x402-paywall/core";
import type { Curve } from "../../evm/curve.ts";
import type { Verification } from "../../rail.ts";
import { describeInvoice } from "./invoice-description.ts";

/** Prefix of regtest invoices, after `ln`. */
export const REGTEST_PREFIX = "bcrt";
/** The invoice closes before the quote does, so that what is paid in time also arrives in time. */
const CLOSES_EARLY_SECONDS = 15;
const MIN_EXPIRY_SECONDS = 15;
const HEX_32 = /^[0-9a-f]{64}$/;

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
      const expirySeconds = Math.max(MIN_EXPIRY_SECONDS, quote.expiresAt - now - CLOSES_EARLY_SECONDS);
      const fields = {
        prefix: REGTEST_PREFIX,
        amountMsat: amount,
        timestamp: now,
        expirySeconds,
        paymentHash,
        paymentSecret: toHex(secret),
        description: describeInvoice(
          { quoteId: quote.id, endpointId: quote.endpointId, amount: quote.amount },
          title,
        ),
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
      const preimage = HEX_32.test(proof.preimage) ? fromHex(proof.preimage) : undefined;
      if (preimage === undefined || toHex(crypto.sha256(preimage)) !== proof.paymentHash) {
        return {
          ok: false,
          code: "verification_failed",
          detail: "The preimage does not match the payment hash.",
        };
      }
      const amount = microUsdToMsat(quote.amount, quote.rate).toString();
      const settled = { asset: "BTC", amount, unit: "msat", network: "regtest" };
      return { ok: true, paymentKey: lightningPaymentKey("regtest", proof.paymentHash), settled };
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
