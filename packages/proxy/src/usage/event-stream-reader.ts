import type { Usage } from "@x402-paywall/core";
import { Passage } from "./passage.ts";
import { parseUnits } from "./units.ts";
import type { UsageTally } from "./usage-tally.ts";
import type { UsageFormat, UsageReader } from "./usage-reader.ts";

const LF = 10;
const CR = 13;
const COLON = 58;
const DATA = new Uint8Array([100, 97, 116, 97, COLON]);
const BOM = new Uint8Array([0xef, 0xbb, 0xbf]);
/** A chunk with nothing but usage is much shorter; no longer line is held back. */
const MAX_HELD = 65_536;
const MAX_COMMENT = 64;

/** What the line at hand is. */
const NAME = 0;
const VALUE = 1;
const COMMENT = 2;
const OTHER = 3;

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2.5 and 9.2.6): lines end with LF, CRLF or CR; JSON may go on over several
 * `data` lines. Unlike a browser it also takes a last event without its blank line.
 *
 * A removed chunk goes with its blank line, unless other fields of its event have already gone on.
 */
export class EventStreamReader implements UsageReader {
  readonly #tally: UsageTally;
  readonly #passage: Passage | undefined;
  #kind = NAME;
  /** Bytes of `data:`, or of the byte order mark, that were there. */
  #matched = 0;
  #marked = 0;
  #isEmpty = true;
  #skipsSpace = false;
  #comment = "";
  #documentsBefore = 0;
  #startsAtRest = true;
  /** Some of it has gone on, so none of it can be taken out. */
  #hasGone = false;
  /** The last byte was a CR: an LF belongs to it. */
  #afterCr = false;
  #dropsLf = false;
  #hasOtherFields = false;
  #dropsBlank = false;

  constructor(tally: UsageTally, removeUsageChunk: boolean) {
    this.#tally = tally;
    this.#passage = removeUsageChunk ? new Passage() : undefined;
  }

  get usage(): Usage {
    return this.#tally.usage;
  }

  get reported(): boolean {
    return this.#tally.reported;
  }

  get format(): UsageFormat | undefined {
    return this.#tally.format;
  }

  settle(): Promise<Usage> {
    return this.#tally.settle();
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#passage?.begin(chunk);
    let at = this.#skipMark(chunk);
    if (this.#afterCr && at < chunk.length) at = this.#endCrLf(chunk, at);
    let start = at;
    let lf = find(chunk, LF, at);
    let cr = find(chunk, CR, at);
    while (at < chunk.length) {
      const end = Math.min(lf, cr);
      this.#readLine(chunk, at, end);
      if (end === chunk.length) break;
      this.#endLine(start, end + 1);
      at = end + 1;
      if (end === cr) {
        this.#afterCr = true;
        if (at < chunk.length) at = this.#endCrLf(chunk, at);
        cr = find(chunk, CR, at);
      }
      if (lf < at) lf = find(chunk, LF, at);
      start = at;
    }
    return this.#passage === undefined ? chunk : this.#pass(this.#passage, start);
  }

  end(): Uint8Array {
    const passage = this.#passage;
    passage?.begin(new Uint8Array(0));
    if (!this.#isEmpty) this.#endLine(0, 0);
    this.#tally.resetDocument();
    passage?.release();
    return passage?.finish() ?? new Uint8Array(0);
  }

  /** Only at the very start of the stream. */
  #skipMark(chunk: Uint8Array): number {
    let at = 0;
    while (this.#marked < BOM.length && at < chunk.length) {
      if (chunk[at] === BOM[this.#marked]) {
        this.#marked++;
        at++;
      } else {
        if (this.#marked > 0) this.#kind = OTHER;
        this.#marked = BOM.length;
      }
    }
    return at;
  }

  /** After a CR: an LF is the second half of the line's end. */
  #endCrLf(chunk: Uint8Array, at: number): number {
    this.#afterCr = false;
    if (chunk[at] !== LF) return at;
    if (this.#dropsLf) this.#passage?.drop(at, at + 1);
    return at + 1;
  }

  /** A piece of a line without its end. */
  #readLine(chunk: Uint8Array, from: number, to: number): void {
    let at = from;
    if (at === to) return;
    this.#isEmpty = false;
    while (this.#kind === NAME && at < to) this.#readName(chunk[at++] ?? 0);
    if (this.#kind === COMMENT) {
      while (at < to && this.#comment.length < MAX_COMMENT)
        this.#comment += String.fromCharCode(chunk[at++] ?? 0);
    } else if (this.#kind === VALUE && at < to) {
      // One space after the colon is no part of the value.
      if (this.#skipsSpace && chunk[at] === 32) at++;
      this.#skipsSpace = false;
      this.#tally.json(chunk, at, to);
    }
  }

  #readName(byte: number): void {
    if (byte === DATA[this.#matched]) {
      if (++this.#matched < DATA.length) return;
      this.#kind = VALUE;
      this.#skipsSpace = true;
      this.#documentsBefore = this.#tally.documents;
      this.#startsAtRest = this.#tally.scanner.atRest;
    } else {
      this.#kind = byte === COLON && this.#matched === 0 ? COMMENT : OTHER;
    }
  }

  /** @param from Of the chunk, or 0 where the line began in an earlier one. */
  #endLine(from: number, to: number): void {
    this.#dropsLf = false;
    if (this.#isEmpty) {
      this.#tally.resetDocument();
      if (this.#dropsBlank) this.#drop(from, to);
      this.#hasOtherFields = false;
      this.#dropsBlank = false;
    } else if (this.#kind === VALUE && this.#isUsageOnly()) {
      this.#drop(from, to);
      this.#dropsBlank = !this.#hasOtherFields;
    } else {
      this.#passage?.release();
      this.#hasOtherFields = true;
      this.#dropsBlank = false;
      if (this.#kind === COMMENT) this.#readComment();
    }
    this.#kind = NAME;
    this.#matched = 0;
    this.#isEmpty = true;
    this.#hasGone = false;
  }

  #isUsageOnly(): boolean {
    const { scanner, documents, wasUsageOnly } = this.#tally;
    if (this.#passage === undefined || this.#hasGone || !wasUsageOnly) return false;
    return this.#startsAtRest && scanner.atRest && documents === this.#documentsBefore + 1;
  }

  #drop(from: number, to: number): void {
    this.#passage?.dropHeld();
    this.#passage?.drop(from, to);
    this.#dropsLf = true;
  }

  /** Holds back an unfinished line that may be the usage chunk. */
  #pass(passage: Passage, start: number): Uint8Array {
    if (this.#mayBeRemoved() && passage.heldBytes < MAX_HELD) {
      passage.hold(start);
    } else {
      passage.release();
      this.#hasGone = !this.#isEmpty;
    }
    return passage.finish();
  }

  #mayBeRemoved(): boolean {
    if (this.#hasGone) return false;
    if (this.#kind === NAME) return this.#matched > 0;
    if (this.#kind !== VALUE) return false;
    const { documents, mayBeUsageOnly, wasUsageOnly } = this.#tally;
    return documents === this.#documentsBefore ? mayBeUsageOnly : wasUsageOnly;
  }

  #readComment(): void {
    const units = parseUnits(/^[ \t]*x-paywall-usage:?[ \t]+(\S+)[ \t]*$/i.exec(this.#comment)?.[1]);
    if (units !== undefined) this.#tally.units(units);
    this.#comment = "";
  }
}

/** Where the byte is; the chunk's length where it is not. */
function find(chunk: Uint8Array, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at === -1 ? chunk.length : at;
}
