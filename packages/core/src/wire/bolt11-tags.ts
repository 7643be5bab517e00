import { fromUtf8, toHex } from "../bytes.ts";
import { wordsToBytes } from "./bech32.ts";
import type { Bolt11 } from "./bolt11.ts";

/** Kinds of tagged fields (BOLT 11), by the letter that stands for their number. */
export const bolt11Kinds = { p: 1, s: 16, d: 13, h: 23, n: 19, x: 6, c: 24, features: 5 } as const;

/** What the tagged fields of an invoice say. */
export type Bolt11Tags = Pick<
  Bolt11,
  | "expirySeconds"
  | "paymentHash"
  | "paymentSecret"
  | "description"
  | "descriptionHash"
  | "payee"
  | "minFinalCltv"
>;

/** The fields between timestamp and signature by kind, as five-bit words; `undefined` where a length lies. */
export type Bolt11Words = ReadonlyMap<number, readonly number[]>;

export function sortBolt11Words(words: readonly number[]): Bolt11Words | undefined {
  const found = new Map<number, readonly number[]>();
  let offset = 0;
  while (offset < words.length) {
    const [kind = 0, high, low] = words.slice(offset, offset + 3);
    if (high === undefined || low === undefined) return undefined;
    const end = offset + 3 + high * 32 + low;
    if (end > words.length) return undefined;
    // The first field of a kind counts; later ones and unknown kinds are skipped, as BOLT 11 asks.
    if (!found.has(kind)) found.set(kind, words.slice(offset + 3, end));
    offset = end;
  }
  return found;
}

/** Lower-case hex of a field that has so many words, else `undefined`. */
export function bolt11Hex(fields: Bolt11Words, kind: number, length = 52): string | undefined {
  const field = fields.get(kind);
  return field?.length === length ? toHex(wordsToBytes(field)) : undefined;
}

export function bolt11Number(fields: Bolt11Words, kind: number, fallback: number): number {
  const field = fields.get(kind);
  return field === undefined ? fallback : wordsToNumber(field);
}

/** All that the fields say; `undefined` where hash or description is missing. */
export function readBolt11Tags(fields: Bolt11Words): Bolt11Tags | undefined {
  const paymentHash = bolt11Hex(fields, bolt11Kinds.p);
  const descriptionHash = bolt11Hex(fields, bolt11Kinds.h);
  const paymentSecret = bolt11Hex(fields, bolt11Kinds.s);
  const payee = bolt11Hex(fields, bolt11Kinds.n, 53);
  const text = fields.get(bolt11Kinds.d);
  const description = text === undefined ? undefined : fromUtf8(wordsToBytes(text));
  const expirySeconds = bolt11Number(fields, bolt11Kinds.x, 3600);
  const minFinalCltv = bolt11Number(fields, bolt11Kinds.c, 18);
  if (paymentHash === undefined || (description === undefined && descriptionHash === undefined))
    return undefined;
  if (!Number.isSafeInteger(expirySeconds) || !Number.isSafeInteger(minFinalCltv)) return undefined;
  return {
    paymentHash,
    expirySeconds,
    minFinalCltv,
    ...(paymentSecret === undefined ? {} : { paymentSecret }),
    ...(description === undefined ? {} : { description }),
    ...(descriptionHash === undefined ? {} : { descriptionHash }),
    ...(payee === undefined ? {} : { payee }),
  };
}

/** Big-endian number of five-bit words. */
export function wordsToNumber(words: readonly number[]): number {
  return words.reduce((value, word) => value * 32 + word, 0);
}
