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

/** Reads the fields between timestamp and signature; `undefined` where hash or description is missing or a length lies. */
export function readBolt11Tags(words: readonly number[]): Bolt11Tags | undefined {
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
  const bytes = (kind: number, length: number): string | undefined => {
    const field = found.get(kind);
    return field?.length === length ? toHex(wordsToBytes(field)) : undefined;
  };
  const number = (kind: number, fallback: number): number => {
    const field = found.get(kind);
    return field === undefined ? fallback : wordsToNumber(field);
  };
  const paymentHash = bytes(bolt11Kinds.p, 52);
  const descriptionHash = bytes(bolt11Kinds.h, 52);
  const paymentSecret = bytes(bolt11Kinds.s, 52);
  const payee = bytes(bolt11Kinds.n, 53);
  const text = found.get(bolt11Kinds.d);
  const description = text === undefined ? undefined : fromUtf8(wordsToBytes(text));
  const expirySeconds = number(bolt11Kinds.x, 3600);
  const minFinalCltv = number(bolt11Kinds.c, 18);
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
