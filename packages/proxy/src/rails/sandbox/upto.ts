import type { EvmOffer, PaymentRequirements, Permit2Proof, Quote } from "@x402-paywall/core";
import { permit2PaymentKey } from "@x402-paywall/core";
import { checksumAddress } from "../../evm/address.ts";
import type { Curve } from "../../evm/curve.ts";
import { createPermit2Digest, UPTO_PROXY_ADDRESS } from "../../evm/permit2-digest.ts";
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

/** Clients sign a deadline this far ahead; the capture comes after the last byte, so it bounds the stream. */
const MAX_TIMEOUT_SECONDS = 3600;

/** The checks of an x402 `upto` facilitator (Permit2), but for those that ask a chain: balance, allowance, nonce. */
export interface SandboxUpto {
  offer(maximum: bigint): EvmOffer;
  verify(proof: Permit2Proof, quote: Quote, now: number): Verification;
}

/** @param facilitator Who alone may capture: clients sign it into the witness, and refuse to pay without it. */
export function createSandboxUpto(payTo: string, facilitator: string, curve: Curve): SandboxUpto {
  const digest = createPermit2Digest(SANDBOX_CHAIN_ID);
  const requirementsOf = (maximum: bigint): PaymentRequirements => ({
    scheme: "upto",
    network: SANDBOX_NETWORK,
    amount: maximum.toString(),
    asset: SANDBOX_ASSET,
    payTo,
    maxTimeoutSeconds: MAX_TIMEOUT_SECONDS,
    extra: { name: "USDC", version: "2", assetTransferMethod: "permit2", facilitatorAddress: facilitator },
  });
  return {
    offer: rememberOffers(requirementsOf),
    verify: (proof, quote, now) => {
      if (!isUsagePriced(quote))
        return refuse("verification_failed", "This price takes no payment of scheme upto.");
      const fault =
        checkRequirements(proof, payTo) ??
        checkParties(proof, payTo, facilitator) ??
        checkAmountAndTime(proof, now);
      if (fault !== undefined) return fault;
      const { from, nonce, amount } = proof.authorization;
      const hash = digest(proof.authorization);
      const signer = hash === undefined ? undefined : recoverSigner(hash, proof.signature, curve);
      if (signer !== from.toLowerCase())
        return refuse("verification_failed", "The signature is not the payer's signature of this permit.");
      return {
        ok: true,
        paymentKey: permit2PaymentKey(SANDBOX_NETWORK, from, nonce),
        payer: checksumAddress(from),
        settled: usdc(amount),
        maximum: amount,
      };
    },
  };
}

/** Only what is charged by usage can be captured afterwards; a top-up is a fixed amount. */
export function isUsagePriced({ terms }: Quote): boolean {
  return terms.kind === "balance" && terms.into === undefined;
}

function checkRequirements({ requirements }: Permit2Proof, payTo: string): Verification | undefined {
  if (requirements.scheme !== "upto" || requirements.network !== SANDBOX_NETWORK)
    return refuse("verification_failed", `Pay with scheme upto on ${SANDBOX_NETWORK}.`);
  if (!sameHex(requirements.asset, SANDBOX_ASSET))
    return refuse("verification_failed", "This is not the asset that was asked for.");
  if (!sameHex(requirements.payTo, payTo))
    return refuse("verification_failed", "The requirements pay somebody else.");
  return undefined;
}

function checkParties(proof: Permit2Proof, payTo: string, facilitator: string): Verification | undefined {
  const { authorization } = proof;
  if (!sameHex(authorization.token, SANDBOX_ASSET))
    return refuse("verification_failed", "The permit is for another token.");
  if (!sameHex(authorization.spender, UPTO_PROXY_ADDRESS))
    return refuse("verification_failed", "The permit lets another contract spend.");
  if (!sameHex(authorization.to, payTo))
    return refuse("verification_failed", "The permit pays somebody else.");
  if (!sameHex(authorization.facilitator, facilitator))
    return refuse("verification_failed", "The permit names another facilitator.");
  return undefined;
}

/** The amount that was asked for is authenticated by the seal: here it only has to be the one that was signed. */
function checkAmountAndTime(
  { requirements, authorization }: Permit2Proof,
  now: number,
): Verification | undefined {
  const asked = BigInt(requirements.amount);
  if (authorization.amount < asked) {
    return refuse(
      "payment_insufficient",
      `The permit is for ${authorization.amount}, the maximum asked for is ${asked}.`,
    );
  }
  if (authorization.amount > asked)
    return refuse("verification_failed", "The permit is for more than was asked for.");
  if (authorization.validAfter > BigInt(now))
    return refuse("verification_failed", "The permit is not valid yet.");
  if (authorization.deadline < BigInt(now + MIN_LEFT_SECONDS))
    return refuse("payment_expired", "The permit has expired, or expires before it could be settled.");
  return undefined;
}
