/** What `/api/v1/payouts` sends and takes; the rest, and how to read it, is in dto.ts. */

/** Where LIVE money can go, by rail. */
export interface PayoutsDto {
  readonly stablecoin: {
    /** Why this instance cannot take them, in words; `null`: it can. */
    readonly unavailable: string | null;
    /** Those of the instance. */
    readonly networks: readonly PayoutNetworkDto[];
    readonly connected: StablecoinPayoutDto | null;
  };
}

export interface PayoutNetworkDto {
  /** CAIP-2. */
  readonly network: string;
  readonly name: string;
  /** Its money is worth nothing. */
  readonly testnet: boolean;
  readonly asset: { readonly address: string; readonly symbol: string; readonly decimals: number };
  readonly explorerUrl: string | null;
}

export type PayoutKindDto = "account" | "contract";

export interface StablecoinPayoutDto {
  /** EIP-55. */
  readonly address: string;
  readonly kind: PayoutKindDto;
  /** CAIP-2, in the order of the offers; some may be none of the instance's any more. */
  readonly networks: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Who changed it last. */
  readonly updatedBy: string;
  /** What sells through it: it cannot be disconnected before. */
  readonly liveEndpoints: readonly { readonly id: string; readonly title: string; readonly slug: string }[];
}

/** PUT /api/v1/payouts/stablecoin. */
export interface PayoutInput {
  readonly address: string;
  readonly networks: readonly string[];
  /** Of who is signed in; needed where the address changes. */
  readonly password?: string;
  /** The warnings about the networks were read. */
  readonly confirmWarnings?: boolean;
}

/** POST /api/v1/payouts/stablecoin/inspect `{address}`. */
export interface PayoutInspectionDto {
  /** EIP-55. */
  readonly address: string;
  /** What was sent carried a checksum. */
  readonly hadChecksum: boolean;
  readonly networks: readonly PayoutLookDto[];
}

/** What one network says about an address. */
export interface PayoutLookDto extends PayoutNetworkDto {
  readonly reachable: boolean;
  /** `null`: not known. */
  readonly chainIdMatches: boolean | null;
  readonly kind: PayoutKindDto | null;
  /** An account that has lent its address to code (EIP-7702). */
  readonly delegated: boolean;
  /** Atomic: of USDC µUSD. */
  readonly balance: string | null;
  /** Contracts: whether a way to move tokens was found. */
  readonly wayOut: boolean | null;
  /** Why nothing could be read, in words. */
  readonly problem: string | null;
  /** To be confirmed before money is sent there, in words. */
  readonly warning: string | null;
}
