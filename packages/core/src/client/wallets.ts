/** Pays a BOLT11 invoice and resolves to its preimage (32 bytes, hex). */
export interface LightningWallet {
  /** Reject only when the payment can no longer succeed: a rejection gives the amount back to the budget. */
  payInvoice(bolt11: string): Promise<{ readonly preimage: string }>;
}

/** Signs EIP-712 typed data; a viem account fits. */
export interface EvmWallet {
  readonly address: `0x${string}`;
  /** Resolves to a 65-byte signature, 0x-hex. */
  signTypedData(data: TransferTypedData): Promise<string>;
}

/** The EIP-712 form of EIP-3009 `TransferWithAuthorization`. */
export interface TransferTypedData {
  readonly domain: {
    readonly name: string;
    readonly version: string;
    readonly chainId: number;
    readonly verifyingContract: `0x${string}`;
  };
  readonly types: { readonly TransferWithAuthorization: { readonly name: string; readonly type: string }[] };
  readonly primaryType: "TransferWithAuthorization";
  readonly message: {
    readonly from: `0x${string}`;
    readonly to: `0x${string}`;
    readonly value: bigint;
    readonly validAfter: bigint;
    readonly validBefore: bigint;
    readonly nonce: `0x${string}`;
  };
}

/** A dollar token of 6 decimals, so that one atomic unit is one µUSD. */
export interface DollarToken {
  /** CAIP-2. */
  readonly network: string;
  readonly asset: `0x${string}`;
  /** EIP-712 domain. Ours, not the server's: the token's contract knows only one. */
  readonly name: string;
  readonly version: string;
}

/** USDC on Base and Base Sepolia. */
export const defaultTokens: readonly DollarToken[] = [
  {
    network: "eip155:8453",
    asset: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
    name: "USD Coin",
    version: "2",
  },
  {
    network: "eip155:84532",
    asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
    name: "USDC",
    version: "2",
  },
];
