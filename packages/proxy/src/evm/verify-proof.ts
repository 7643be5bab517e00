import type { Eip3009Proof, Permit2Proof } from "@x402-paywall/core";
import { eip3009PaymentKey, permit2PaymentKey } from "@x402-paywall/core";
import type { SettledAmount, Verification } from "../rail.ts";
import { checksumAddress } from "./address.ts";
import type { Curve } from "./curve.ts";
import { createEip3009Digest } from "./eip3009-digest.ts";
import type { EvmAsset } from "./evm-asset.ts";
import { createPermit2Digest, EXACT_PROXY_ADDRESS, UPTO_PROXY_ADDRESS } from "./permit2-digest.ts";
import { recoverSigner } from "./recover-signer.ts";

/** What a proof has to pay. The requirements themselves were opened: nobody but this instance can have made them. */
export interface PaymentTerms {
  /** Atomic units: the price, or the maximum of `upto`. */
  readonly amount: bigint;
  readonly payTo: string;
  /** `upto`: who may capture. */
  readonly facilitators?: readonly string[];
}

/** The checks of an x402 facilitator but for those that ask a chain: balance, allowance, nonce. Free, and always first. */
export interface ProofVerifier {
  transfer(proof: Eip3009Proof, terms: PaymentTerms, now: number): Verification;
  permit(proof: Permit2Proof, terms: PaymentTerms, now: number): Verification;
}

/** A settlement needs this long on the real chain; a facilitator refuses less. */
const MIN_LEFT_SECONDS = 6;
const MIN_ANSWER_SECONDS = 60;

/** @param settledOf How the rail names an amount that moved. */
export function createProofVerifier(
  asset: EvmAsset,
  curve: Curve,
  settledOf: (amount: bigint) => SettledAmount,
): ProofVerifier {
  const { network, chainId, address, name, version } = asset;
  const transferDigest = createEip3009Digest({ name, version, chainId, verifyingContract: address });
  const permitDigest = createPermit2Digest(chainId);
  const isSignedBy = (payer: string, digest: Uint8Array | undefined, signature: string): boolean =>
    digest !== undefined && recoverSigner(digest, signature, curve) === payer.toLowerCase();
  return {
    transfer: (proof, terms, now) => {
      const fault =
        checkRequirements(proof, "exact", asset, terms) ?? checkTransfer(proof, asset, terms, now);
      if (fault !== undefined) return fault;
      const { from, nonce, value } = proof.authorization;
      if (!isSignedBy(from, transferDigest(proof.authorization), proof.signature))
        return refuse("The signature is not the payer's signature of this authorization.");
      const paymentKey = eip3009PaymentKey(network, address, from, nonce);
      return { ok: true, paymentKey, payer: checksumAddress(from), settled: settledOf(value) };
    },
    permit: (proof, terms, now) => {
      const { scheme } = proof.requirements;
      const fault =
        checkRequirements(proof, scheme, asset, terms) ??
        checkParties(proof, asset, terms) ??
        checkPermit(proof, terms, now);
      if (fault !== undefined) return fault;
      const { from, nonce, amount } = proof.authorization;
      if (!isSignedBy(from, permitDigest(proof.authorization), proof.signature))
        return refuse("The signature is not the payer's signature of this permit.");
      return {
        ok: true,
        paymentKey: permit2PaymentKey(network, from, nonce),
        payer: checksumAddress(from),
        settled: settledOf(amount),
        ...(scheme === "upto" ? { maximum: amount, until: toSeconds(proof.authorization.deadline) } : {}),
      };
    },
  };
}

type RefusalCode = Extract<Verification, { readonly ok: false }>["code"];

function refuse(detail: string, code: RefusalCode = "verification_failed"): Verification {
  return { ok: false, code, detail };
}

function checkRequirements(
  { requirements }: Eip3009Proof | Permit2Proof,
  scheme: "exact" | "upto",
  asset: EvmAsset,
  terms: PaymentTerms,
): Verification | undefined {
  if (requirements.scheme !== scheme || requirements.network !== asset.network)
    return refuse(`Pay with scheme ${scheme} on ${asset.network}.`);
  if (!sameHex(requirements.asset, asset.address)) return refuse("This is not the asset that was asked for.");
  if (!sameHex(requirements.payTo, terms.payTo)) return refuse("The requirements pay somebody else.");
  return undefined;
}

function checkTransfer(
  { authorization }: Eip3009Proof,
  asset: EvmAsset,
  terms: PaymentTerms,
  now: number,
): Verification | undefined {
  const { to, value, validAfter, validBefore } = authorization;
  if (!sameHex(to, terms.payTo)) return refuse("The authorization pays somebody else.");
  if (value < terms.amount) {
    const detail = `The authorization is for ${value}, the price is ${terms.amount}.`;
    return refuse(detail, "payment_insufficient");
  }
  if (validAfter > BigInt(now)) return refuse("The authorization is not valid yet.");
  if (validBefore < BigInt(now + MIN_LEFT_SECONDS)) {
    const detail = "The authorization has expired, or expires before it could be settled.";
    return refuse(detail, "payment_expired");
  }
  return undefined;
}

function checkParties(
  { requirements, authorization }: Permit2Proof,
  asset: EvmAsset,
  { payTo, facilitators }: PaymentTerms,
): Verification | undefined {
  const { token, spender, to, facilitator } = authorization;
  if (!sameHex(token, asset.address)) return refuse("The permit is for another token.");
  const proxy = requirements.scheme === "upto" ? UPTO_PROXY_ADDRESS : EXACT_PROXY_ADDRESS;
  if (!sameHex(spender, proxy)) return refuse("The permit lets another contract spend.");
  if (!sameHex(to, payTo)) return refuse("The permit pays somebody else.");
  if (requirements.scheme === "exact") return undefined;
  if (facilitator === null || facilitators?.some((known) => sameHex(known, facilitator)) !== true)
    return refuse("The permit names another facilitator.");
  return undefined;
}

/** What was asked for has to be what was signed: a facilitator takes neither less nor more. */
function checkPermit(
  { authorization, requirements }: Permit2Proof,
  terms: PaymentTerms,
  now: number,
): Verification | undefined {
  const { amount, validAfter, deadline } = authorization;
  // A maximum is captured after the answer, so it has to outlive one.
  const left = requirements.scheme === "upto" ? MIN_ANSWER_SECONDS : MIN_LEFT_SECONDS;
  if (amount < terms.amount) {
    const detail = `The permit is for ${amount}, the amount asked for is ${terms.amount}.`;
    return refuse(detail, "payment_insufficient");
  }
  if (amount > terms.amount) return refuse("The permit is for more than was asked for.");
  if (validAfter > BigInt(now)) return refuse("The permit is not valid yet.");
  if (deadline < BigInt(now + left)) {
    const detail = "The permit has expired, or expires before it could be settled.";
    return refuse(detail, "payment_expired");
  }
  return undefined;
}

function toSeconds(time: bigint): number {
  return time > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(time);
}

function sameHex(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
