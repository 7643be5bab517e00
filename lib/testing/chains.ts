import type { StablecoinNetwork } from "@x402-paywall/proxy/rails/stablecoin";
import type { ChainReader, Ports } from "../services/ports.ts";

/** A network as an operator would configure it; nothing listens at its RPC address. */
export function makeNetwork(chainId: number, name: string, rest: Partial<StablecoinNetwork> = {}) {
  return {
    network: `eip155:${chainId}`,
    name,
    currency: "ETH",
    chainId: BigInt(chainId),
    rpcUrl: `https://rpc.example/v2/secret-of-${chainId}`,
    testnet: false,
    confirmations: 1,
    asset: {
      address: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
      symbol: "USDC",
      name: "USDC",
      version: "2",
      decimals: 6,
    },
    ...rest,
  } as const satisfies StablecoinNetwork;
}

/** What a made-up chain says; by default that nothing was ever there. */
export interface FakeChain {
  readonly chainId?: bigint;
  /** By lower-case address. */
  readonly code?: Readonly<Record<string, string>>;
  readonly balance?: bigint;
  /** By slot, whatever the address. */
  readonly storage?: Readonly<Record<string, string>>;
  /** Never answers. */
  readonly silent?: boolean;
  /** Refuses each read. */
  readonly down?: boolean;
}

/** Chains by network; the map may change between reads. A network that is not in it is down. */
export function fakeChains(chains: ReadonlyMap<string, FakeChain>): Ports["openChain"] {
  return ({ network, chainId }) => openFakeChain(chains.get(network) ?? { down: true }, chainId);
}

/** @param ownId what it says its id is, unless the fake says another */
export function openFakeChain(chain: FakeChain, ownId = 1n): ChainReader {
  const answer = async <T>(value: T): Promise<T> => {
    if (chain.silent === true) await new Promise(() => {});
    if (chain.down === true) throw new Error("The chain's RPC is down: https://rpc.example/v2/secret-of-1");
    return value;
  };
  return {
    chainId: () => answer(chain.chainId ?? ownId),
    codeAt: (address) => answer(chain.code?.[address.toLowerCase()] ?? "0x"),
    tokenBalance: () => answer(chain.balance ?? 0n),
    storageAt: (_address, slot) => answer(chain.storage?.[slot] ?? `0x${"0".repeat(64)}`),
  };
}
