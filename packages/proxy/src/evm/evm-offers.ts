import type { EvmChain, EvmOffer, PaymentRequirements, Quote } from "@x402-paywall/core";
import type { EvmAsset } from "./evm-asset.ts";

/** A signature is good for so long: time for a slow upstream's head. */
const EXACT_SECONDS = 300;
/** The capture comes after the last byte, so this bounds the stream. */
const UPTO_SECONDS = 3600;
const MAX_OFFERS = 1000;

/** Offers of one asset, as x402 writes them. Amounts are atomic. */
export interface EvmOffers {
  exact(payTo: string, amount: bigint): EvmOffer;
  /** @param facilitator Who alone may capture: clients sign it into the witness, and refuse to pay without it. */
  upto(payTo: string, maximum: bigint, facilitator: string): EvmOffer;
}

/** @param asset With `permit2` set, `exact` is asked for as a Permit2 permit: the token has no EIP-3009. */
export function createEvmOffers(
  asset: EvmAsset & { readonly permit2?: boolean },
  chain?: EvmChain,
): EvmOffers {
  const known = new Map<string, EvmOffer>();
  const { name, version } = asset;
  const transfer = { name, version };
  const permit = { ...transfer, assetTransferMethod: "permit2" };
  /** The same object for the same offer: what is made of it (its sealed frame) can be kept. */
  const remember = (key: string, requirements: PaymentRequirements): EvmOffer => {
    const offer: EvmOffer = { kind: "evm", requirements, ...(chain === undefined ? {} : { chain }) };
    if (known.size >= MAX_OFFERS) known.clear();
    known.set(key, offer);
    return offer;
  };
  const base = (payTo: string, amount: bigint) => ({
    network: asset.network,
    amount: amount.toString(),
    asset: asset.address,
    payTo,
  });
  return {
    exact: (payTo, amount) => {
      const key = `${payTo}/${amount}`;
      const extra = asset.permit2 === true ? permit : transfer;
      return (
        known.get(key) ??
        remember(key, { scheme: "exact", ...base(payTo, amount), maxTimeoutSeconds: EXACT_SECONDS, extra })
      );
    },
    upto: (payTo, maximum, facilitator) => {
      const key = `${payTo}/${maximum}/${facilitator}`;
      const extra = { ...permit, facilitatorAddress: facilitator };
      return (
        known.get(key) ??
        remember(key, { scheme: "upto", ...base(payTo, maximum), maxTimeoutSeconds: UPTO_SECONDS, extra })
      );
    },
  };
}

/** Only what is charged by usage can be captured afterwards; a top-up is a fixed amount. */
export function isUsagePriced({ terms }: Quote): boolean {
  return terms.kind === "balance" && terms.into === undefined;
}
