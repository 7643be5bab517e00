import { equalBytes, fromHex, toHex } from "./bytes.ts";
import type { Crypto, Hmac } from "./crypto.ts";
import { currentHmac, type KeyRing } from "./keys.ts";

/**
 * A preimage as it is stored: XOR with an HMAC of its payment hash. That pad is used for these 32 bytes alone, because a
 * hash has one preimage; and whether it opened to the right one, the hash itself tells.
 * @param preimage 32 bytes, hex. @param paymentHash 32 bytes, hex.
 * @returns 32 bytes, lower-case hex.
 * @throws RangeError where one of them has not 32 bytes.
 */
export function sealPreimage(preimage: string, paymentHash: string, keys: KeyRing): string {
  return toHex(xor(read(preimage), currentHmac(keys, "preimage"), read(paymentHash)));
}

/** The reverse of {@link sealPreimage}; `undefined` where no key of the ring opens it. */
export function openPreimage(
  sealed: string,
  paymentHash: string,
  keys: KeyRing,
  crypto: Crypto,
): string | undefined {
  const hash = read(paymentHash);
  const opened = keys
    .hmacs("preimage")
    .map((hmac) => xor(read(sealed), hmac, hash))
    .find((preimage) => equalBytes(crypto.sha256(preimage), hash));
  return opened && toHex(opened);
}

function read(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes?.length !== 32) throw new RangeError("32 bytes in hexadecimal are needed");
  return bytes;
}

function xor(bytes: Uint8Array, hmac: Hmac, hash: Uint8Array): Uint8Array {
  const pad = hmac(hash);
  return bytes.map((byte, index) => byte ^ (pad[index] ?? 0));
}
