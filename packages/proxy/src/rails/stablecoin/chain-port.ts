import type { Curve } from "../../evm/curve.ts";
import { createEvmOffers, type EvmOffers } from "../../evm/evm-offers.ts";
import { createProofVerifier, type ProofVerifier } from "../../evm/verify-proof.ts";
import type { HttpSend } from "../../http-send.ts";
import type { SettledAmount } from "../../rail.ts";
import { createEvmReader, type EvmReader } from "./evm-reader.ts";
import type { StablecoinNetwork } from "./networks.ts";

/** One network of the rail: what is offered, how it is checked, where it is read. */
export interface ChainPort {
  readonly network: StablecoinNetwork;
  readonly offers: EvmOffers;
  readonly verifier: ProofVerifier;
  readonly reader: EvmReader;
  settledOf(amount: bigint): SettledAmount;
}

export function createChainPort(network: StablecoinNetwork, curve: Curve, send: HttpSend): ChainPort {
  const { network: id, name, currency, rpcUrl, explorerUrl, chainId, asset, publicRpc } = network;
  const token = { network: id, chainId, address: asset.address, name: asset.name, version: asset.version };
  const settledOf = (amount: bigint): SettledAmount => ({
    asset: asset.symbol,
    amount: amount.toString(),
    unit: "1e-6",
    network: id,
  });
  const chain = {
    network: id,
    name,
    currency,
    // The operator's own address of a node may hold a key; payers' wallets get a public one or none.
    ...(publicRpc === true ? { rpcUrl } : {}),
    ...(explorerUrl === undefined ? {} : { explorerUrl }),
  };
  return {
    network,
    offers: createEvmOffers({ ...token, permit2: asset.transfer === "permit2" }, chain),
    verifier: createProofVerifier(token, curve, settledOf),
    reader: createEvmReader(network, send),
    settledOf,
  };
}
