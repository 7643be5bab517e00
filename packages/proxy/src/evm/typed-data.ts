import { keccak_256 } from "@noble/hashes/sha3.js";
import { fromHex } from "@x402-paywall/core";

/** What a wallet signs (EIP-712): `keccak256(0x1901 ‖ domain ‖ struct)`. */
export function typedDataDigest(separator: Uint8Array, struct: Uint8Array): Uint8Array {
  const message = new Uint8Array(66);
  message[0] = 0x19;
  message[1] = 0x01;
  message.set(separator, 2);
  message.set(keccak_256(struct), 34);
  return keccak_256(message);
}

/** Writes `0x` hexadecimal of exactly so many bytes right-aligned into a 32-byte word; false where it is none. */
export function setHex(target: Uint8Array, word: number, text: string, length: number): boolean {
  const bytes = text.startsWith("0x") ? fromHex(text.slice(2)) : undefined;
  if (bytes?.length !== length) return false;
  target.set(bytes, word + 32 - length);
  return true;
}

/** Writes an integer into a 32-byte word, big-endian; false where it does not fit. */
export function setUint(target: Uint8Array, word: number, value: bigint): boolean {
  if (value < 0n || value >> 256n !== 0n) return false;
  const view = new DataView(target.buffer, target.byteOffset + word, 32);
  for (let part = 3; part >= 0; part--) {
    view.setBigUint64(part * 8, (value >> BigInt((3 - part) * 64)) & 0xffff_ffff_ffff_ffffn);
  }
  return true;
}
