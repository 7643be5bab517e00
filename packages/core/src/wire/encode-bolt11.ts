import { concatBytes, fromHex, utf8 } from "../bytes.ts";
import type { Crypto } from "../crypto.ts";
import { bytesToWords, encodeBech32, wordsToBytes } from "./bech32.ts";
import { bolt11Kinds } from "./bolt11-tags.ts";
import { bolt11Multipliers } from "./bolt11.ts";

/** What {@link encodeBolt11} writes. */
export interface Bolt11Fields {
  readonly prefix: string;
  readonly amountMsat: bigint;
  readonly timestamp: number;
  readonly expirySeconds: number;
  readonly paymentHash: string;
  readonly paymentSecret: string;
  readonly description: string;
  readonly minFinalCltv?: number;
}

/** Signs a SHA-256 digest with the node's secp256k1 key. */
export type SignBolt11 = (digest: Uint8Array) => {
  readonly signature: Uint8Array;
  readonly recoveryId: number;
};

/** Bits 8 and 14: variable onion and payment secret, both required. */
const features = [16, 8, 0];

/**
 * Writes and signs an invoice.
 * @throws RangeError for a hash or secret that is not 32 bytes of hex, or an amount that is not positive.
 */
export function encodeBolt11(fields: Bolt11Fields, sign: SignBolt11, crypto: Pick<Crypto, "sha256">): string {
  const prefix = `ln${fields.prefix}${formatAmount(fields.amountMsat)}`;
  const data = [
    ...fromNumber(fields.timestamp, 7),
    ...formatTag(bolt11Kinds.p, bytesToWords(hash(fields.paymentHash))),
    ...formatTag(bolt11Kinds.s, bytesToWords(hash(fields.paymentSecret))),
    ...formatTag(bolt11Kinds.d, bytesToWords(utf8(fields.description))),
    ...formatTag(bolt11Kinds.x, fromNumber(fields.expirySeconds)),
    ...formatTag(bolt11Kinds.c, fromNumber(fields.minFinalCltv ?? 18)),
    ...formatTag(bolt11Kinds.features, features),
  ];
  const digest = crypto.sha256(concatBytes(utf8(prefix), wordsToBytes(data, true)));
  const { signature, recoveryId } = sign(digest);
  const words = [...data, ...bytesToWords(concatBytes(signature, Uint8Array.of(recoveryId)))];
  return encodeBech32({ prefix, words });
}

function hash(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes?.length !== 32) throw new RangeError("A hash of 32 bytes is needed");
  return bytes;
}

function formatTag(kind: number, words: readonly number[]): readonly number[] {
  if (words.length > 1023) throw new RangeError("A field of the invoice is too long");
  return [kind, words.length >> 5, words.length & 31, ...words];
}

/** The shortest form: the largest multiplier that divides the amount. */
function formatAmount(msat: bigint): string {
  if (msat <= 0n) throw new RangeError("An invoice needs an amount");
  const tenths = msat * 10n;
  for (const [letter, unit] of Object.entries(bolt11Multipliers)) {
    if (tenths % unit === 0n) return `${tenths / unit}${letter}`;
  }
  return `${tenths}p`;
}

function fromNumber(value: number, length?: number): readonly number[] {
  const words: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 32)) words.unshift(rest % 32);
  while (words.length < (length ?? 1)) words.unshift(0);
  return words;
}
