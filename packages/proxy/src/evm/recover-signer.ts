import { fromHex } from "@x402-paywall/core";
import { addressOf } from "./address.ts";
import type { Curve } from "./curve.ts";

/** Half of the group order: the other half is the same signature written differently (EIP-2). */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/**
 * Lower-case `0x` address of whoever signed a digest, or `undefined` for everything but one plain 65-byte signature:
 * wrong lengths (contract wallets, EIP-6492), zeros, high s, odd recovery bytes.
 */
export function recoverSigner(digest: Uint8Array, signature: string, curve: Curve): string | undefined {
  if (signature.length !== 132 || !signature.startsWith("0x")) return undefined;
  const bytes = fromHex(signature.slice(2));
  if (bytes === undefined) return undefined;
  const v = bytes[64] ?? 0;
  const recoveryId = v >= 27 ? v - 27 : v;
  if (recoveryId > 1) return undefined;
  const r = BigInt(signature.slice(0, 66));
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  if (r === 0n || s === 0n || s > HALF_ORDER) return undefined;
  const publicKey = curve.recover(digest, bytes.subarray(0, 64), recoveryId);
  return publicKey === undefined ? undefined : addressOf(publicKey);
}
