import type { Eip3009Proof, KeyRing, Offer, Permit2Proof, Quote } from "@x402-paywall/core";
import { addressOf, checksumAddress } from "../../evm/address.ts";
import type { Curve } from "../../evm/curve.ts";
import type { Verification } from "../../rail.ts";
import { createSandboxExact } from "./exact.ts";
import { createSandboxUpto, isUsagePriced } from "./upto.ts";

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
  const exact = createSandboxExact(payTo, curve);
  const upto = createSandboxUpto(payTo, addressFor("sandbox-facilitator"), curve);
  return {
    payTo,
    offers: (quote, maximum = quote.amount) => [
      ...(isUsagePriced(quote) && maximum > 0n ? [upto.offer(maximum)] : []),
      exact.offer(quote.amount),
    ],
    verify: (proof, quote, now) =>
      proof.kind === "permit2" ? upto.verify(proof, quote, now) : exact.verify(proof, quote, now),
  };
}
