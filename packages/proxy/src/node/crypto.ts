import type { Crypto, Hmac, Signer, VerifySignature } from "@x402-paywall/core";
import { jwkThumbprint } from "@x402-paywall/core";
import { createPrivateKey, createPublicKey, hash, randomFillSync, sign, verify } from "node:crypto";

/** The crypto port on `node:crypto`, by one-shot hashes alone: a `Hmac` object costs more than both hashes of an HMAC. */
export const nodeCrypto: Crypto = {
  sha256,
  hmac: prepareHmac,
  randomBytes: (length) => takeRandom(length),
};

/** By way of a string: Node makes a buffer of its own for each result, and that costs as much as the hash. */
function sha256(data: Uint8Array): Buffer {
  return Buffer.from(hash("sha256", data, "binary"), "latin1");
}

const BLOCK_BYTES = 64;

/** HMAC-SHA256 (RFC 2104): `hash(key ^ opad, hash(key ^ ipad, data))`, with both keys padded once. */
function prepareHmac(key: Uint8Array): Hmac {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  const pad = (mask: number): Uint8Array =>
    Uint8Array.from({ length: BLOCK_BYTES }, (_, place) => (short[place] ?? 0) ^ mask);
  const inner = pad(0x36);
  const outer = pad(0x5c);
  return (data) => sha256(Buffer.concat([outer, sha256(Buffer.concat([inner, data]))]));
}

/** One call for many: asking the system for 16 bytes costs as much as asking for 4096. */
const pool = new Uint8Array(4096);
let taken = pool.length;

/** A copy of bytes that nobody got before; the pool forgets them. */
function takeRandom(length: number): Uint8Array {
  if (length > pool.length) return randomFillSync(new Uint8Array(length));
  if (taken + length > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const bytes = pool.slice(taken, taken + length);
  pool.fill(0, taken, taken + length);
  taken += length;
  return bytes;
}

/** DER in front of a raw Ed25519 key (RFC 8410): PKCS #8 for seeds, SPKI for public keys. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Signs receipts with Ed25519 (RFC 8032).
 * @param seed 32 bytes, the private key. @throws RangeError for another length.
 */
export function createSigner(seed: Uint8Array): Signer {
  if (seed.length !== 32) throw new RangeError("An Ed25519 seed has 32 bytes");
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  const publicKey = Uint8Array.from(spki.subarray(SPKI_PREFIX.length));
  return {
    kid: jwkThumbprint(publicKey, nodeCrypto),
    publicKey,
    sign: (data) => sign(null, data, key),
  };
}

/** Verifies an Ed25519 signature; `false` for keys and signatures that are none. */
export const verifySignature: VerifySignature = (publicKey, signature, data) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, publicKey]),
      format: "der",
      type: "spki",
    });
    return verify(null, data, key, signature);
  } catch {
    return false;
  }
};
