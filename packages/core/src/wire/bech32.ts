const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Five-bit words after a human-readable part. */
export interface Bech32 {
  readonly prefix: string;
  readonly words: readonly number[];
}

/** BIP 173 without its length limit of 90: up to 4096 characters, all of one case, checksum verified. */
export function decodeBech32(text: string): Bech32 | undefined {
  const lower = text.toLowerCase();
  if (text.length > 4096 || (text !== lower && text !== text.toUpperCase())) return undefined;
  const split = lower.lastIndexOf("1");
  const prefix = lower.slice(0, split);
  if (split < 1 || lower.length - split < 7 || !/^[\x21-\x7e]+$/.test(prefix)) return undefined;
  const words = Array.from(lower.slice(split + 1), (char) => alphabet.indexOf(char));
  if (words.includes(-1) || polymod([...expand(prefix), ...words]) !== 1) return undefined;
  return { prefix, words: words.slice(0, -6) };
}

/** The lower-case text with its checksum. */
export function encodeBech32({ prefix, words }: Bech32): string {
  const checksum = polymod([...expand(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const tail = [25, 20, 15, 10, 5, 0].map((shift) => (checksum >> shift) & 31);
  return `${prefix}1${[...words, ...tail].map((word) => alphabet[word] ?? "").join("")}`;
}

/** Regroups words into bytes; what is left over is dropped, or filled up with zero bits where `pad` is set. */
export function wordsToBytes(words: readonly number[], pad = false): Uint8Array {
  return Uint8Array.from(regroup(words, 5, 8, pad));
}

/** Regroups bytes into words, the last one filled up with zero bits. */
export function bytesToWords(bytes: Uint8Array): readonly number[] {
  return regroup(bytes, 8, 5, true);
}

function regroup(values: Iterable<number>, from: number, to: number, pad: boolean): readonly number[] {
  const result: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const value of values) {
    buffer = ((buffer << from) | value) & 0xffff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      result.push((buffer >> bits) & ((1 << to) - 1));
    }
  }
  if (pad && bits > 0) result.push((buffer << (to - bits)) & ((1 << to) - 1));
  return result;
}

function expand(prefix: string): readonly number[] {
  const codes = Array.from(prefix, (char) => char.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, bit) => {
      if ((top >> bit) & 1) checksum ^= generator;
    });
  }
  return checksum;
}
