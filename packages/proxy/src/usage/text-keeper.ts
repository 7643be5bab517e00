import { countText } from "./count-text.ts";
import type { TokenCounter } from "./usage-reader.ts";

/** A token of English or code is three to five bytes long. */
export const BYTES_PER_TOKEN = 4;
const MAX_KEPT = 4_194_304;
const FIRST_SIZE = 512;
/** Cannot be inside a JSON string. */
const BOUNDARY = 0;

/**
 * Text that passed, kept as it came (raw JSON strings) until somebody wants it counted, and weighed at once. Beyond
 * 4 MiB it is forgotten and stays as what it weighed.
 */
export class TextKeeper {
  #bytes = new Uint8Array(0);
  #length = 0;
  #source: unknown;
  /** UTF-8 bytes of all text. */
  #weight = 0;
  /** Of that, no longer kept. */
  #folded = 0;
  #markedLength = 0;
  #markedWeight = 0;
  readonly #keeps: boolean;

  /** @param keeps False: the text is weighed only. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  get isEmpty(): boolean {
    return this.#weight === 0;
  }

  get estimate(): number {
    return Math.ceil(this.#weight / BYTES_PER_TOKEN);
  }

  /** Up to here it was delivered whole. */
  mark(): void {
    this.#markedLength = this.#length;
    this.#markedWeight = this.#weight;
  }

  /** Forgets what came after the mark. */
  cutAtMark(): void {
    this.#length = this.#markedLength;
    this.#weight = this.#markedWeight;
  }

  /** @param source Text of another source (words, arguments of a tool) is counted apart. */
  append(source: unknown, bytes: Uint8Array, from: number, to: number, saved: number): void {
    this.#weight += Math.max(0, to - from - saved);
    if (!this.#keeps) return;
    const separate = source !== this.#source && this.#length > 0;
    this.#source = source;
    const length = to - from + (separate ? 1 : 0);
    if (this.#length + length > this.#bytes.length && !this.#grow(length)) return;
    if (separate) this.#bytes[this.#length++] = BOUNDARY;
    if (to - from > 64) {
      this.#bytes.set(bytes.subarray(from, to), this.#length);
      this.#length += to - from;
    } else {
      for (let at = from; at < to; at++) this.#bytes[this.#length++] = bytes[at] ?? 0;
    }
  }

  clear(): void {
    this.#length = 0;
    this.#weight = 0;
    this.#folded = 0;
    this.mark();
    this.#source = undefined;
  }

  /** Exact but for what was forgotten. */
  async count(counter: TokenCounter): Promise<number> {
    let tokens = Math.ceil(this.#folded / BYTES_PER_TOKEN);
    const kept = new TextDecoder().decode(this.#bytes.subarray(0, this.#length));
    for (const part of kept.split("\0"))
      if (part !== "") tokens += await countText(counter, unescapeJson(part));
    return tokens;
  }

  /** False: it is too much, and what was there has been forgotten. */
  #grow(length: number): boolean {
    if (this.#length + length > MAX_KEPT) {
      this.#folded = this.#weight;
      this.#length = 0;
      this.mark();
      return false;
    }
    const size = Math.max(FIRST_SIZE, 2 * this.#bytes.length, this.#length + length);
    const bytes = new Uint8Array(Math.min(MAX_KEPT, size));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    return true;
  }
}

/** The text of raw JSON strings in a row; the last may be cut in an escape. What is not such is itself the text. */
function unescapeJson(raw: string): string {
  if (!raw.includes("\\")) return raw;
  const whole = raw.replace(/(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$/, "$1");
  try {
    const value: unknown = JSON.parse(`"${whole}"`);
    return typeof value === "string" ? value : raw;
  } catch {
    return raw;
  }
}
