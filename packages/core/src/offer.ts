import type { Msat } from "./money.ts";
import type { PaymentRequirements } from "./wire/x402.ts";

/** A quote made payable on one rail; the wires turn it into header lines. */
export type Offer = LightningOffer | EvmOffer;

/** A BOLT11 invoice; serves L402 and MPP `lightning/charge`. */
export interface LightningOffer {
  readonly kind: "lightning";
  readonly bolt11: string;
  /** 32 bytes, lower-case hex. */
  readonly paymentHash: string;
  readonly amount: Msat;
  readonly network: "mainnet" | "testnet" | "signet" | "regtest";
}

/** x402 requirements of an EVM chain, without the quote and seal that the x402 wire adds to `extra`. */
export interface EvmOffer {
  readonly kind: "evm";
  readonly requirements: PaymentRequirements;
  /** For a person's wallet that does not know the network yet (EIP-3085). */
  readonly chain?: EvmChain;
}

/** A chain as wallets are told of it. */
export interface EvmChain {
  /** CAIP-2: `eip155:8453`. */
  readonly network: string;
  /** `Base`. */
  readonly name: string;
  /** Symbol of what gas is paid in: `ETH`. */
  readonly currency: string;
  readonly rpcUrl?: string;
  readonly explorerUrl?: string;
}

/** The rail-specific part of a credential: what shows that the money was, or will be, moved. */
export type Proof = PreimageProof | Eip3009Proof | Permit2Proof;

/** `sha256(preimage) = paymentHash`; both 32 bytes, lower-case hex. */
export interface PreimageProof {
  readonly kind: "preimage";
  readonly paymentHash: string;
  readonly preimage: string;
}

/** EIP-3009 `TransferWithAuthorization`, signed over EIP-712. Addresses and nonce are lower-case hex. */
export interface Eip3009Proof {
  readonly kind: "eip3009";
  readonly requirements: PaymentRequirements;
  readonly authorization: {
    readonly from: string;
    readonly to: string;
    readonly value: bigint;
    readonly validAfter: bigint;
    readonly validBefore: bigint;
    readonly nonce: string;
  };
  /** 65 bytes, 0x-hex. */
  readonly signature: string;
}

/**
 * Permit2 `PermitWitnessTransferFrom`, signed over EIP-712. x402 `upto`: a maximum that is captured once, in whole or in
 * part; `exact`: that amount, for tokens without EIP-3009. Addresses are lower-case hex, times Unix seconds.
 */
export interface Permit2Proof {
  readonly kind: "permit2";
  readonly requirements: PaymentRequirements;
  readonly authorization: {
    readonly from: string;
    readonly token: string;
    /** Atomic units; `upto`: the most that may be captured. */
    readonly amount: bigint;
    /** The contract that may capture it. */
    readonly spender: string;
    /** Unordered: Permit2 lets each of an owner's nonces pass once, whatever the token. */
    readonly nonce: bigint;
    /** Last moment of a capture. */
    readonly deadline: bigint;
    /** Witness: the payee. */
    readonly to: string;
    /** Witness of `upto`: who alone may capture. `null`: the witness of `exact`, which names nobody. */
    readonly facilitator: string | null;
    /** Witness: the first moment of a capture. */
    readonly validAfter: bigint;
  };
  /** 65 bytes, 0x-hex. */
  readonly signature: string;
}
