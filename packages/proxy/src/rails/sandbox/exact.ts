import type { Eip3009Proof, EvmOffer, PaymentRequirements, Quote } from "@x402-paywall/core";
import { eip3009PaymentKey } from "@x402-paywall/core";
import { checksumAddress } from "../../evm/address.ts";
import type { Curve } from "../../evm/curve.ts";
import { createEip3009Digest } from "../../evm/eip3009-digest.ts";
import { recoverSigner } from "../../evm/recover-signer.ts";
import type { Verification } from "../../rail.ts";
import {
  MIN_LEFT_SECONDS,
  refuse,
  rememberOffers,
  sameHex,
  SANDBOX_ASSET,
  SANDBOX_CHAIN_ID,
  SANDBOX_NETWORK,
  usdc,
} from "./evm-terms.ts";

const MAX_TIMEOUT_SECONDS = 300;

/** The checks of an x402 `exact` facilitator for EIP-3009. */
export interface SandboxExact {
  offer(amount: bigint): EvmOffer;
  verify(proof: Eip3009Proof, quote: Quote, now: number): Verification;
}

export function createSandboxExact(payTo: string, curve: Curve): SandboxExact {
  const digest = createEip3009Digest({
    name: "USDC",
    version: "2",
    chainId: SANDBOX_CHAIN_ID,
    verifyingContract: SANDBOX_ASSET,
  });
  return {
    offer: rememberOffers((amount) => requirementsOf(amount, payTo)),
    verify: (proof, quote, now) => {
      const fault = checkTerms(proof, requirementsOf(quote.amount, payTo), now);
      if (fault !== undefined) return fault;
      const { from, nonce, value } = proof.authorization;
      const hash = digest(proof.authorization);
      const signer = hash === undefined ? undefined : recoverSigner(hash, proof.signature, curve);
      if (signer !== from.toLowerCase()) {
        return refuse(
          "verification_failed",
          "The signature is not the payer's signature of this authorization.",
        );
      }
      return {
        ok: true,
        paymentKey: eip3009PaymentKey(SANDBOX_NETWORK, SANDBOX_ASSET, from, nonce),
        payer: checksumAddress(from),
        settled: usdc(value),
      };
    },
  };
}

function requirementsOf(amount: bigint, payTo: string): PaymentRequirements {
  return {
    scheme: "exact",
    network: SANDBOX_NETWORK,
    amount: amount.toString(),
    asset: SANDBOX_ASSET,
    payTo,
    maxTimeoutSeconds: MAX_TIMEOUT_SECONDS,
    extra: { name: "USDC", version: "2" },
  };
}

function checkTerms(proof: Eip3009Proof, wanted: PaymentRequirements, now: number): Verification | undefined {
  const { requirements, authorization } = proof;
  if (requirements.scheme !== wanted.scheme || requirements.network !== wanted.network) {
    return refuse("verification_failed", `Pay with scheme ${wanted.scheme} on ${wanted.network}.`);
  }
  if (!sameHex(requirements.asset, wanted.asset))
    return refuse("verification_failed", "This is not the asset that was asked for.");
  if (!sameHex(requirements.payTo, wanted.payTo) || !sameHex(authorization.to, wanted.payTo)) {
    return refuse("verification_failed", "The authorization pays somebody else.");
  }
  if (authorization.value < BigInt(wanted.amount)) {
    return refuse(
      "payment_insufficient",
      `The authorization is for ${authorization.value}, the price is ${wanted.amount}.`,
    );
  }
  if (authorization.validAfter > BigInt(now))
    return refuse("verification_failed", "The authorization is not valid yet.");
  if (authorization.validBefore < BigInt(now + MIN_LEFT_SECONDS)) {
    return refuse("payment_expired", "The authorization has expired, or expires before it could be settled.");
  }
  return undefined;
}
