import {
  type Crypto,
  fromHex,
  isPayableInBitcoin,
  type LightningOffer,
  lightningPaymentKey,
  microUsdToMsat,
  type PreimageProof,
  type Quote,
  toHex,
} from "@x402-paywall/core";
import type { Verification } from "../rail.ts";

const HEX_32 = /^[0-9a-f]{64}$/;

/** Whether a preimage belongs to its payment hash. Whether the invoice was paid, only the node knows. */
export function verifyPreimage(
  proof: PreimageProof,
  quote: Quote,
  { network, crypto }: { readonly network: LightningOffer["network"]; readonly crypto: Crypto },
): Verification {
  const preimage = HEX_32.test(proof.preimage) ? fromHex(proof.preimage) : undefined;
  if (preimage === undefined || toHex(crypto.sha256(preimage)) !== proof.paymentHash) {
    const detail = "The preimage does not match the payment hash.";
    return { ok: false, code: "verification_failed", detail };
  }
  if (!isPayableInBitcoin(quote.rate)) {
    const detail = "This quote is not payable in Bitcoin.";
    return { ok: false, code: "verification_failed", detail };
  }
  const amount = microUsdToMsat(quote.amount, quote.rate).toString();
  const settled = { asset: "BTC", amount, unit: "msat", network };
  return { ok: true, paymentKey: lightningPaymentKey(network, proof.paymentHash), settled };
}
