import type { EvmOffer, PaymentRequirements } from "@x402-paywall/core";
import type { SettledAmount, Verification } from "../../rail.ts";

/** USDC on Base Sepolia: what stock x402 clients pay with on this network without being told anything. */
export const SANDBOX_NETWORK = "eip155:84532";
export const SANDBOX_ASSET = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
export const SANDBOX_CHAIN_ID = 84_532n;
/** A settlement needs this long on the real chain; a facilitator refuses less. */
export const MIN_LEFT_SECONDS = 6;

const MAX_OFFERS = 1000;

/** Gives the same object for the same amount: what is made of it (its sealed frame) can be kept. */
export function rememberOffers(
  requirementsOf: (amount: bigint) => PaymentRequirements,
): (amount: bigint) => EvmOffer {
  const offers = new Map<bigint, EvmOffer>();
  return (amount) => {
    const known = offers.get(amount);
    if (known !== undefined) return known;
    const offer: EvmOffer = { kind: "evm", requirements: requirementsOf(amount) };
    if (offers.size >= MAX_OFFERS) offers.clear();
    offers.set(amount, offer);
    return offer;
  };
}

/** µUSD and USDC share their unit. */
export function usdc(amount: bigint): SettledAmount {
  return { asset: "USDC", amount: amount.toString(), unit: "1e-6", network: SANDBOX_NETWORK };
}

export function sameHex(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

export function refuse(
  code: "verification_failed" | "payment_insufficient" | "payment_expired",
  detail: string,
): Verification {
  return { ok: false, code, detail };
}
