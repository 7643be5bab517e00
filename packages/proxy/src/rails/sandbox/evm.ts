import type { Eip3009Proof, KeyRing, Offer, Permit2Proof, Quote } from "@x402-paywall/core";
import { addressOf, checksumAddress } from "../../evm/address.ts";
import type { Curve } from "../../evm/curve.ts";
import { createEvmOffers, isUsagePriced } from "../../evm/evm-offers.ts";
import { createProofVerifier } from "../../evm/verify-proof.ts";
import type { Verification } from "../../rail.ts";
import { SANDBOX_TOKEN, usdc } from "./evm-terms.ts";

/** A facilitator of x402 that moves nothing, with a payee and a facilitator's address that only this instance has. */
export interface SandboxEvm {
  readonly payTo: string;
  /** `upto` first where usage is priced: clients take the first offer that they know. @param maximum The cap, µUSD. */
  offers(quote: Quote, maximum: bigint | undefined): readonly Offer[];
  verify(proof: Eip3009Proof | Permit2Proof, quote: Quote, now: number): Verification;
}

export function createSandboxEvm(options: { readonly keys: KeyRing; readonly curve: Curve }): SandboxEvm {
  const { keys, curve } = options;
  const addressFor = (label: string): string =>
    checksumAddress(addressOf(curve.publicKey(keys.derive(label))));
  const payTo = addressFor("sandbox-payto");
  const facilitator = addressFor("sandbox-facilitator");
  const offers = createEvmOffers(SANDBOX_TOKEN);
  const verifier = createProofVerifier(SANDBOX_TOKEN, curve, usdc);
  return {
    payTo,
    offers: (quote, maximum = quote.amount) => [
      ...(isUsagePriced(quote) && maximum > 0n ? [offers.upto(payTo, maximum, facilitator)] : []),
      offers.exact(payTo, quote.amount),
    ],
    verify: (proof, quote, now) => {
      if (proof.kind === "eip3009") return verifier.transfer(proof, { amount: quote.amount, payTo }, now);
      if (proof.requirements.scheme === "exact")
        return verifier.permit(proof, { amount: quote.amount, payTo }, now);
      if (!isUsagePriced(quote)) {
        const detail = "This price takes no payment of scheme upto.";
        return { ok: false, code: "verification_failed", detail };
      }
      // The maximum that was asked for is authenticated by the seal: here it only has to be the one that was signed.
      const amount = BigInt(proof.requirements.amount);
      return verifier.permit(proof, { amount, payTo, facilitators: [facilitator] }, now);
    },
  };
}
