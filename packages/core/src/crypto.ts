/**
 * The one port for hashing and signatures. `core` imports no implementation: Node fills it with `node:crypto`, other
 * runtimes with a library. Hashing is synchronous because it sits on the hot path of each 402.
 */
export interface Crypto {
  sha256(data: Uint8Array): Uint8Array;
  /** Prepares a key once; the returned function computes HMAC-SHA256 of what it is given. */
  hmac(key: Uint8Array): Hmac;
  randomBytes(length: number): Uint8Array;
}

/** HMAC-SHA256 under a prepared key: 32 bytes. */
export type Hmac = (data: Uint8Array) => Uint8Array;

/** Signs receipts (Ed25519, RFC 8032). The public half is published under `/.well-known/jwks.json`. */
export interface Signer {
  /** Key id: base64url of the RFC 7638 thumbprint. */
  readonly kid: string;
  /** Raw 32-byte public key. */
  readonly publicKey: Uint8Array;
  /** A 64-byte signature. */
  sign(data: Uint8Array): Uint8Array;
}

/** Verifies an Ed25519 signature; may be asynchronous (WebCrypto). */
export type VerifySignature = (
  publicKey: Uint8Array,
  signature: Uint8Array,
  data: Uint8Array,
) => boolean | Promise<boolean>;
