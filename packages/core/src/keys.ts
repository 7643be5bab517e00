import { utf8 } from "./bytes.ts";
import { toBase64Url } from "./base64.ts";
import type { Crypto, Hmac } from "./crypto.ts";

const purposes = ["challenge", "macaroon", "seal", "access", "preimage"] as const;
/** What a MAC is for; each purpose has a key of its own. */
export type KeyPurpose = (typeof purposes)[number];

/** The instance's secrets, prepared. The first signs; the others still verify what was signed before a rotation. */
export interface KeyRing {
  /** Current first. */
  hmacs(purpose: KeyPurpose): readonly Hmac[];
  /** 32 bytes from the current secret: `HMAC-SHA256(secret, "x402-paywall/" + label)`. */
  derive(label: string): Uint8Array;
}

/** @param secrets Current secret first, then those that were replaced; at least 32 bytes each. */
export function createKeyRing(secrets: readonly Uint8Array[], crypto: Crypto): KeyRing {
  const [current] = secrets;
  if (current === undefined) throw new RangeError("A key ring needs a secret");
  if (secrets.some((secret) => secret.length < 32)) throw new RangeError("A secret needs at least 32 bytes");
  const derive = (secret: Uint8Array, label: string) => crypto.hmac(secret)(utf8(`x402-paywall/${label}`));
  const prepare = (purpose: KeyPurpose) =>
    secrets.map((secret) => crypto.hmac(derive(secret, `hmac/${purpose}`)));
  const prepared: Readonly<Record<KeyPurpose, readonly Hmac[]>> = {
    challenge: prepare("challenge"),
    macaroon: prepare("macaroon"),
    seal: prepare("seal"),
    access: prepare("access"),
    preimage: prepare("preimage"),
  };
  return { hmacs: (purpose) => prepared[purpose], derive: (label) => derive(current, label) };
}

/** The HMAC that signs now. */
export function currentHmac(keys: KeyRing, purpose: KeyPurpose): Hmac {
  const [current] = keys.hmacs(purpose);
  if (current === undefined) throw new RangeError(`The key ring has no key for ${purpose}`);
  return current;
}

/** Identity of a Lightning payment: `ln:regtest:<payment hash>`. */
export function lightningPaymentKey(network: string, paymentHash: string): string {
  return `ln:${network}:${paymentHash.toLowerCase()}`;
}

/** Identity of an EIP-3009 payment: token, payer and nonce, which the token itself lets pass only once. */
export function eip3009PaymentKey(network: string, asset: string, from: string, nonce: string): string {
  return `eip3009:${network}:${asset}:${from}:${nonce}`.toLowerCase();
}

/**
 * Identity of a Permit2 payment: owner and nonce. Without the token, because Permit2 spends a nonce for all tokens of its
 * owner at once: with it, two permits of one nonce would count as two payments, and one of them can never be captured.
 */
export function permit2PaymentKey(network: string, owner: string, nonce: bigint): string {
  return `permit2:${network}:${owner}:${nonce}`.toLowerCase();
}

/** A random identifier of 128 bits: the prefix (`rcp_`) and 22 base64url characters. */
export function newId(prefix: string, crypto: Crypto): string {
  return prefix + toBase64Url(crypto.randomBytes(16));
}

/** Key id of a published Ed25519 key: the RFC 7638 thumbprint of its JWK, base64url. */
export function jwkThumbprint(publicKey: Uint8Array, crypto: Crypto): string {
  const jwk = `{"crv":"Ed25519","kty":"OKP","x":"${toBase64Url(publicKey)}"}`;
  return toBase64Url(crypto.sha256(utf8(jwk)));
}
