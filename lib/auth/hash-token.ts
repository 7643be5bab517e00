import { createHash } from "node:crypto";

/** SHA-256 of a token of 256 random bits: such a token needs no slow hash. */
export function hashToken(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash("sha256").update(token).digest());
}
