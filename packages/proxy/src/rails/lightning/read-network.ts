import type { LightningNetwork } from "./backend.ts";

/** What nodes and wallets call a network. */
const NETWORKS: Readonly<Record<string, LightningNetwork>> = {
  mainnet: "mainnet",
  bitcoin: "mainnet",
  testnet: "testnet",
  testnet3: "testnet",
  testnet4: "testnet",
  signet: "signet",
  regtest: "regtest",
};

/** As a part of what a node says of itself: nothing where it says none that is known. */
export function readNetwork(value: unknown): { readonly network?: LightningNetwork } {
  const network = typeof value === "string" ? NETWORKS[value.toLowerCase()] : undefined;
  return network === undefined ? {} : { network };
}
