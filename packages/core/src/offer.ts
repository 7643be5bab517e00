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
}

/** The rail-specific part of a credential: what shows that the money was, or will be, moved. */
export type Proof = PreimageProof | Eip3009Proof;

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
