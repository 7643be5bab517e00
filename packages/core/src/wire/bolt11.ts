import { concatBytes, utf8 } from "../bytes.ts";
import { decodeBech32, wordsToBytes } from "./bech32.ts";
import {
  bolt11Hex,
  bolt11Kinds,
  bolt11Number,
  readBolt11Tags,
  sortBolt11Words,
  wordsToNumber,
} from "./bolt11-tags.ts";
import type { Bolt11Words } from "./bolt11-tags.ts";

/** What a BOLT11 invoice says. */
export interface Bolt11 {
  /** `bc`, `tb`, `tbs`, `bcrt`. */
  readonly prefix: string;
  readonly amountMsat?: bigint;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly expirySeconds: number;
  /** Lower-case hex of 32 bytes. */
  readonly paymentHash: string;
  readonly paymentSecret?: string;
  readonly description?: string;
  readonly descriptionHash?: string;
  /** Compressed public key, hex; only where the invoice names it. */
  readonly payee?: string;
  readonly minFinalCltv: number;
  /** 64 bytes, r and s. */
  readonly signature: Uint8Array;
  readonly recoveryId: number;
  /** The SHA-256 of these bytes is what was signed. */
  readonly signedData: Uint8Array;
}

const signatureWords = 104;

/** Millisatoshi of one unit, in tenths because `p` is a tenth of a millisatoshi. */
export const bolt11Multipliers: Readonly<Record<string, bigint>> = {
  "": 1_000_000_000_000n,
  m: 1_000_000_000n,
  u: 1_000_000n,
  n: 1000n,
  p: 1n,
};

/** What whoever is going to pay has to know. */
export type Bolt11Payment = Pick<
  Bolt11,
  "prefix" | "amountMsat" | "timestamp" | "expirySeconds" | "paymentHash"
>;

interface OpenedBolt11 extends Pick<Bolt11, "prefix" | "amountMsat" | "timestamp"> {
  readonly fields: Bolt11Words;
  /** All that is signed, and the signature. */
  readonly data: readonly number[];
  readonly signature: readonly number[];
  readonly human: string;
}

/** Checksum, amount, and fields that fill their place; what the fields say is not looked at. */
function openBolt11(text: string): OpenedBolt11 | undefined {
  const decoded = decodeBech32(text);
  const head = /^ln(bcrt|bc|tbs|tb)(?:([1-9]\d{0,17})([munp]?))?$/.exec(decoded?.prefix ?? "");
  if (decoded === undefined || head === null || decoded.words.length < 7 + signatureWords) return undefined;
  const amountTenths =
    head[2] === undefined ? undefined : BigInt(head[2]) * (bolt11Multipliers[head[3] ?? ""] ?? 0n);
  if (amountTenths !== undefined && amountTenths % 10n !== 0n) return undefined;
  const data = decoded.words.slice(0, -signatureWords);
  const fields = sortBolt11Words(data.slice(7));
  if (fields === undefined) return undefined;
  return {
    prefix: head[1] ?? "",
    ...(amountTenths === undefined ? {} : { amountMsat: amountTenths / 10n }),
    timestamp: wordsToNumber(data.slice(0, 7)),
    fields,
    data,
    signature: decoded.words.slice(-signatureWords),
    human: decoded.prefix,
  };
}

/** For payers, and so for browsers: as {@link decodeBolt11}, and only what is needed, so no description is demanded. */
export function readBolt11Payment(text: string): Bolt11Payment | undefined {
  const opened = openBolt11(text);
  if (opened === undefined) return undefined;
  const { prefix, amountMsat, timestamp, fields } = opened;
  const paymentHash = bolt11Hex(fields, bolt11Kinds.p);
  const expirySeconds = bolt11Number(fields, bolt11Kinds.x, 3600);
  if (paymentHash === undefined || !Number.isSafeInteger(expirySeconds)) return undefined;
  return {
    prefix,
    ...(amountMsat === undefined ? {} : { amountMsat }),
    timestamp,
    expirySeconds,
    paymentHash,
  };
}

/**
 * Strict decoder (BOLT 11), any case, up to 4096 characters: checksum, payment hash and description are demanded,
 * `undefined` for anything else. Does not verify the signature.
 */
export function decodeBolt11(text: string): Bolt11 | undefined {
  const opened = openBolt11(text);
  if (opened === undefined) return undefined;
  const { prefix, amountMsat, timestamp, fields, data, human } = opened;
  const tagged = readBolt11Tags(fields);
  const signed = wordsToBytes(opened.signature);
  const recoveryId = signed[64] ?? 255;
  if (tagged === undefined || recoveryId > 3) return undefined;
  return {
    prefix,
    ...(amountMsat === undefined ? {} : { amountMsat }),
    timestamp,
    ...tagged,
    signature: signed.slice(0, 64),
    recoveryId,
    signedData: concatBytes(utf8(human), wordsToBytes(data, true)),
  };
}
