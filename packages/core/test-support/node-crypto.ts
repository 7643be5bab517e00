import { createHash, createHmac, createSecretKey, randomBytes } from "node:crypto";
import type { Crypto } from "../src/crypto.ts";

/** The crypto port on Node, for tests. */
export const nodeCrypto: Crypto = {
  sha256: (data) => new Uint8Array(createHash("sha256").update(data).digest()),
  hmac: (key) => {
    const secret = createSecretKey(key);
    return (data) => new Uint8Array(createHmac("sha256", secret).update(data).digest());
  },
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
};
