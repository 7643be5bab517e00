import { keccak_256 } from "@noble/hashes/sha3.js";
import { toHex, utf8 } from "@x402-paywall/core";

/** Lower-case `0x` address of an uncompressed public key (65 bytes). */
export function addressOf(publicKey: Uint8Array): string {
  return `0x${toHex(keccak_256(publicKey.subarray(1)).subarray(12))}`;
}

/** EIP-55: upper-cases letters by the hash of the address, so that a typing mistake is noticed. */
export function checksumAddress(address: string): string {
  const bare = address.slice(2).toLowerCase();
  const hash = toHex(keccak_256(utf8(bare)));
  let text = "0x";
  for (const [index, digit] of Array.from(bare).entries()) {
    text += Number.parseInt(hash.charAt(index), 16) >= 8 ? digit.toUpperCase() : digit;
  }
  return text;
}
