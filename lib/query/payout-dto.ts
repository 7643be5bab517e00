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
  readonly lightning: {
    /** That of the instance: a node of another is refused. */
    readonly network: LightningNetworkDto;
    readonly connected: LightningPayoutDto | null;
  };
}

/** What sells through a rail. */
export interface PayoutEndpointDto {
  readonly id: string;
  readonly title: string;
  readonly slug: string;
  /** It has no other rail: this one cannot be disconnected before. */
  readonly onlyRail: boolean;
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
  readonly liveEndpoints: readonly PayoutEndpointDto[];
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

export type LightningNetworkDto = "mainnet" | "testnet" | "signet" | "regtest";
export type LightningKindDto = "lnd" | "nwc" | "phoenixd";

/** The node or wallet that makes the invoices. How it is reached is write-only. */
export interface LightningPayoutDto {
  readonly kind: LightningKindDto;
  /** Host and port, or the relay's host. */
  readonly address: string;
  /** Public key that signs its invoices, hex. */
  readonly nodeKey: string;
  readonly createdAt: string;
  /** Who connected it. */
  readonly createdBy: string;
  /** When it last answered. */
  readonly seenAt: string | null;
  /** Why it does not answer since then; `null`: it does. */
  readonly problem: LightningProblemDto | null;
  readonly liveEndpoints: readonly PayoutEndpointDto[];
}

/** How to reach a node; a refused part is named `connection.macaroon`. */
export type LightningConnectionInput =
  /** `address`: `host:port` of gRPC, or `lndconnect://…` for all three. Macaroon in hex or base64, certificate in PEM or base64. */
  | {
      readonly kind: "lnd";
      readonly address: string;
      /** Empty where a public authority signed it. */
      readonly certificate?: string;
      readonly macaroon?: string;
    }
  | { readonly kind: "nwc"; readonly uri: string }
  /** `password`: the limited one. */
  | { readonly kind: "phoenixd"; readonly url: string; readonly password: string };

/** PUT /api/v1/payouts/lightning. */
export interface LightningPayoutInput {
  readonly connection: LightningConnectionInput;
  /** Of who is signed in. */
  readonly password: string;
  /** The warnings of the test were read. */
  readonly confirmWarnings?: boolean;
}

/** What is wrong, in words. */
export interface LightningProblemDto {
  /** `unreachable`, `timeout`, `certificate`, `unauthorized`, `too-many-rights`, … */
  readonly failure: string;
  /** What it is about: `connection.macaroon`. */
  readonly field: string;
  /** One sentence. */
  readonly title: string;
  /** What to do. */
  readonly advice: string;
  /** To be run on the node. */
  readonly command: string | null;
}

/** POST /api/v1/payouts/lightning/check `{connection}`: an invoice was made and read; nothing is kept. */
export type LightningCheckDto =
  | {
      readonly ok: true;
      readonly kind: LightningKindDto;
      readonly address: string;
      readonly nodeKey: string;
      /** What it can receive now, decimal string of millisatoshi; `null`: it does not tell. */
      readonly inboundMsat: string | null;
      /** To be confirmed before it is connected, in words. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problem: LightningProblemDto };
