import { ed25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { jwkThumbprint, type Crypto } from "@x402-paywall/core";
import type { Platform } from "../embed/platform.ts";

/** The crypto port of runtimes without `node:crypto`: WebCrypto hashes only asynchronously, so a library does it. */
export const webCrypto: Crypto = {
  sha256,
  hmac: (key) => (data) => hmac(sha256, key, data),
  randomBytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
};

/** Workers, Deno, browsers. */
export const webPlatform: Platform = {
  crypto: webCrypto,
  createSigner(seed) {
    if (seed.length !== 32) throw new RangeError("An Ed25519 seed has 32 bytes");
    const publicKey = ed25519.getPublicKey(seed);
    return { kid: jwkThumbprint(publicKey, webCrypto), publicKey, sign: (data) => ed25519.sign(data, seed) };
  },
};
