import type { Crypto, Eip3009Proof, KeyRing, Offer, PaymentRequirements, Quote } from "@x402-paywall/core";
import { eip3009PaymentKey } from "@x402-paywall/core";
import { addressOf, checksumAddress } from "../../evm/address.ts";
import type { Curve } from "../../evm/curve.ts";
import { createEip3009Digest } from "../../evm/eip3009-digest.ts";
import { recoverSigner } from "../../evm/recover-signer.ts";
import type { Verification } from "../../rail.ts";

/** USDC on Base Sepolia: what stock x402 clients pay with on this network without being told anything. */
export const SANDBOX_NETWORK = "eip155:84532";
export const SANDBOX_ASSET = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

const CHAIN_ID = 84_532n;
const MAX_TIMEOUT_SECONDS = 300;
const MAX_OFFERS = 1000;
/** A settlement needs this long on the real chain; a facilitator refuses less. */
const MIN_LEFT_SECONDS = 6;

export interface SandboxEvm {
  readonly payTo: string;
  offer(quote: Quote): Offer;
  verify(proof: Eip3009Proof, quote: Quote, now: number): Verification;
}

/** The checks of an x402 `exact` facilitator for EIP-3009, with a payee that only this instance has. */
export function createSandboxEvm(options: {
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  readonly curve: Curve;
}): SandboxEvm {
  const { keys, curve } = options;
  const payTo = checksumAddress(addressOf(curve.publicKey(keys.derive("sandbox-payto"))));
  const digest = createEip3009Digest({
    name: "USDC",
    version: "2",
    chainId: CHAIN_ID,
    verifyingContract: SANDBOX_ASSET,
  });
  // The same object for the same price: what is made of it can be kept.
  const offers = new Map<bigint, Offer>();
  return {
    payTo,
    offer: ({ amount }) => {
      const known = offers.get(amount);
      if (known !== undefined) return known;
      const offer = { kind: "evm", requirements: requirementsOf(amount, payTo) } as const;
      if (offers.size >= MAX_OFFERS) offers.clear();
      offers.set(amount, offer);
      return offer;
    },
    verify: (proof, quote, now) => {
      const fault = checkTerms(proof, requirementsOf(quote.amount, payTo), now);
      if (fault !== undefined) return fault;
      const { authorization } = proof;
      const hash = digest(authorization);
      const signer = hash === undefined ? undefined : recoverSigner(hash, proof.signature, curve);
      if (signer !== authorization.from.toLowerCase()) {
        return refuse(
          "verification_failed",
          "The signature is not the payer's signature of this authorization.",
        );
      }
      return {
        ok: true,
        paymentKey: eip3009PaymentKey(
          SANDBOX_NETWORK,
          SANDBOX_ASSET,
          authorization.from,
          authorization.nonce,
        ),
        payer: checksumAddress(authorization.from),
        settled: {
          asset: "USDC",
          amount: authorization.value.toString(),
          unit: "1e-6",
          network: SANDBOX_NETWORK,
        },
      };
    },
  };
}

function requirementsOf(amount: bigint, payTo: string): PaymentRequirements {
  return {
    scheme: "exact",
    network: SANDBOX_NETWORK,
    // µUSD and USDC share their unit.
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

function sameHex(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function refuse(
  code: "verification_failed" | "payment_insufficient" | "payment_expired",
  detail: string,
): Verification {
  return { ok: false, code, detail };
}
