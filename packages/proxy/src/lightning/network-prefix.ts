import type { LightningOffer } from "@x402-paywall/core";

type Network = LightningOffer["network"];

/** What invoices of a network begin with, after `ln` (BOLT 11). */
const PREFIXES: Readonly<Record<Network, string>> = {
  mainnet: "bc",
  testnet: "tb",
  signet: "tbs",
  regtest: "bcrt",
};

export function prefixOf(network: Network): string {
  return PREFIXES[network];
}

/** `undefined`: none that is known. */
export function networkOf(prefix: string): Network | undefined {
  const networks: readonly Network[] = ["mainnet", "testnet", "signet", "regtest"];
  return networks.find((network) => PREFIXES[network] === prefix);
}
