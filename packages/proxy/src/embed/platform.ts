import type { Crypto, Signer } from "@x402-paywall/core";

/** What a runtime brings: Node's is in `proxy/node`, that of Workers and browsers in `proxy/web`. */
export interface Platform {
  readonly crypto: Crypto;
  /** Ed25519. @param seed 32 bytes. */
  createSigner(seed: Uint8Array): Signer;
}
