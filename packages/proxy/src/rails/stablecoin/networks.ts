/** An EVM chain on which creators are paid, with the one asset that is taken there. */
export interface StablecoinNetwork {
  /** CAIP-2: `eip155:8453`. */
  readonly network: `eip155:${string}`;
  /** `Base`. */
  readonly name: string;
  /** What gas is paid in: `ETH`. */
  readonly currency: string;
  readonly chainId: bigint;
  /** JSON-RPC over HTTP: settlements are checked there, not believed. */
  readonly rpcUrl: string;
  /** The RPC's address may be told to payers' wallets. */
  readonly publicRpc?: boolean;
  readonly explorerUrl?: string;
  /** Its money is worth nothing. */
  readonly testnet: boolean;
  /** Blocks that must contain or follow a settlement before it counts; at least 1. */
  readonly confirmations: number;
  readonly asset: StablecoinAsset;
}

/**
 * A token worth one dollar with six decimals (so that its unit is our µUSD), that implements EIP-3009 and reverts on a used
 * nonce and logs `AuthorizationUsed` right before its `Transfer`, as Circle's do. Tokens that return without moving anything
 * (PYUSD) must stay out: a replay would look like a payment.
 */
export interface StablecoinAsset {
  /** EIP-55. */
  readonly address: string;
  readonly symbol: string;
  /** Of its EIP-712 domain. */
  readonly name: string;
  readonly version: string;
  readonly decimals: 6;
  /** Default `eip3009`; `permit2` for tokens without it. */
  readonly transfer?: "eip3009" | "permit2";
}

/** USDC as Circle issues it: the asset that stock x402 clients pay with there, unless they are told otherwise. */
function usdc(address: string, name = "USD Coin"): StablecoinAsset {
  return { address, symbol: "USDC", name, version: "2", decimals: 6 };
}

/** With public RPCs, which production replaces by its own. */
export const KNOWN_NETWORKS: readonly StablecoinNetwork[] = [
  {
    network: "eip155:8453",
    name: "Base",
    currency: "ETH",
    chainId: 8453n,
    rpcUrl: "https://mainnet.base.org",
    publicRpc: true,
    explorerUrl: "https://basescan.org",
    testnet: false,
    confirmations: 1,
    asset: usdc("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"),
  },
  {
    network: "eip155:137",
    name: "Polygon",
    currency: "POL",
    chainId: 137n,
    rpcUrl: "https://polygon-rpc.com",
    publicRpc: true,
    explorerUrl: "https://polygonscan.com",
    testnet: false,
    // Its blocks are sometimes replaced.
    confirmations: 3,
    asset: usdc("0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359"),
  },
  {
    network: "eip155:42161",
    name: "Arbitrum One",
    currency: "ETH",
    chainId: 42_161n,
    rpcUrl: "https://arb1.arbitrum.io/rpc",
    publicRpc: true,
    explorerUrl: "https://arbiscan.io",
    testnet: false,
    confirmations: 1,
    asset: usdc("0xaf88d065e77c8cC2239327C5EDb3A432268e5831"),
  },
  {
    network: "eip155:84532",
    name: "Base Sepolia",
    currency: "ETH",
    chainId: 84_532n,
    rpcUrl: "https://sepolia.base.org",
    publicRpc: true,
    explorerUrl: "https://sepolia.basescan.org",
    testnet: true,
    confirmations: 1,
    asset: usdc("0x036CbD53842c5426634e7929541eC2318f3dCF7e", "USDC"),
  },
];
