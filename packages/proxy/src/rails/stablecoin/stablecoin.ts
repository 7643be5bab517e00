import type { Crypto } from "@x402-paywall/core";
import type { Rail } from "../../rail.ts";
import { createStablecoinRail, type StablecoinRailOptions } from "./stablecoin-rail.ts";

/** What an application says itself; keys, clock and hashing are its paywall's. */
export interface StablecoinOptions extends Omit<StablecoinRailOptions, "crypto" | "clock" | "payout"> {
  /** Your own address: money goes there, and nowhere else. */
  readonly payTo: string;
}

/**
 * LIVE stablecoins for a configuration's `rails`.
 * @example createPaywall({ mode: "live", …, rails: [stablecoin({ payTo: "0x…", networks: KNOWN_NETWORKS, facilitators, send })] })
 */
export function stablecoin({ payTo, ...options }: StablecoinOptions) {
  const payout = { payTo, networks: options.networks.map(({ network }) => network) };
  return ({ crypto, clock }: { readonly crypto: Crypto; readonly clock: () => number }): Rail =>
    createStablecoinRail({ ...options, crypto, clock, payout });
}
