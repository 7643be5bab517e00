import type { StablecoinNetwork } from "@x402-paywall/proxy/rails/stablecoin";
import type { PayoutNetworkDto } from "../../query/payout-dto.ts";

/** A network as creators are shown it; the address of its RPC, which may hold a key, stays the operator's. */
export function toNetworkDto(network: StablecoinNetwork): PayoutNetworkDto {
  const { address, symbol, decimals } = network.asset;
  return {
    network: network.network,
    name: network.name,
    testnet: network.testnet,
    asset: { address, symbol, decimals },
    explorerUrl: network.explorerUrl ?? null,
  };
}
