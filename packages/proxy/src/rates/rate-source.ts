import type { Mode, Rate } from "@x402-paywall/core";

/** Where exchange rates come from. */
export interface RateSource {
  /** `undefined`: none is at hand, or the last one is too old; then nothing is offered in Bitcoin. */
  get(mode: Mode): Rate | undefined;
}

/** TEST mode's rate: 1 USD is 1,000 sat, so that a price can be read off either way. Fixed, so it was never observed. */
export const SANDBOX_RATE: Rate = { msatPerUsd: 1_000_000n, asOf: 0 };

/** A rate that never changes, for tests and for who sells at one of its own. `msatPerUsd`: what one dollar buys. */
export function fixedRate(msatPerUsd: bigint): RateSource {
  const rate = { msatPerUsd, asOf: 0 };
  return { get: () => rate };
}
