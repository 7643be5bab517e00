import type { Crypto, Signer, VerifySignature } from "@x402-paywall/core";
import { jwkThumbprint } from "@x402-paywall/core";
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hash,
  randomFillSync,
  sign,
  verify,
} from "node:crypto";

/** The crypto port on `node:crypto`. HMAC keys are prepared once: a `KeyObject` is several times as fast as its bytes. */
export const nodeCrypto: Crypto = {
  sha256: (data) => hash("sha256", data, "buffer"),
  hmac: (key) => {
    const prepared = createSecretKey(key);
    return (data) => createHmac("sha256", prepared).update(data).digest();
  },
  randomBytes: (length) => takeRandom(length),
};

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
