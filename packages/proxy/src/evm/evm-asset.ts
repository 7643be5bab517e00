/** The token that a rail takes on one chain, as its EIP-712 domain names it. */
export interface EvmAsset {
  /** CAIP-2. */
  readonly network: string;
  readonly chainId: bigint;
  /** EIP-55. */
  readonly address: string;
  readonly name: string;
  readonly version: string;
}
