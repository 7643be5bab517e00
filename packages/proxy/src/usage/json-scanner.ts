import { findMember, MAX_NAME } from "./path-node.ts";
import type { PathNode } from "./path-node.ts";

/** What a scanner finds, in order. */
export interface ScanTarget {
  /** Text of the model as raw JSON: escapes as they are, possibly in pieces. `saved`: bytes that escapes added to it. */
  text(node: PathNode, bytes: Uint8Array, from: number, to: number, saved: number): void;
  /** A number, `null`, or anything else that stands for a count. */
  count(node: PathNode, source: string): void;
  /** A container of interest begins. */
  open(node: PathNode, isArray: boolean): void;
  /** A value of a known place begins. */
  known(): void;
  /** A whole document (or item of a root array) was read. */
  documentEnd(): void;
}

const VALUE = 0;
const NAME = 1;
const IN_NAME = 2;
const COLON = 3;
const AFTER = 4;
const TEXT = 5;
const SKIP = 6;
const SCALAR = 7;

const QUOTE = 34;
const BACKSLASH = 92;
const MAX_DEPTH = 16;
const MAX_SCALAR = 64;

/**
 * Walks JSON byte by byte along known paths and skips the rest, without building values. Chunks may end anywhere. It does
 * not validate: what is not JSON yields nothing or nonsense, never an error.
 */
export class JsonScanner {
  readonly #root: PathNode;
  readonly #target: ScanTarget;
  readonly #nodes: (PathNode | undefined)[] = [];
  readonly #isArray: boolean[] = [];
  readonly #name = new Uint8Array(MAX_NAME + 1);
  #nameLength = 0;
  #depth = 0;
  #state = VALUE;
  #node: PathNode | undefined;
  /** The next byte belongs to a backslash. */
  #escaped = false;
  #skipDepth = 0;
  #inString = false;
  #scalar = "";

  constructor(root: PathNode, target: ScanTarget) {
    this.#root = root;
    this.#target = target;
    this.#node = root;
  }

  /** Between two documents. */
  get atRest(): boolean {
    return this.#depth === 0 && this.#state === VALUE;
  }

  /** Forgets a document that was not finished. */
  reset(): void {
    this.#depth = 0;
    this.#state = VALUE;
    this.#node = this.#root;
    this.#escaped = false;
    this.#inString = false;
  }

  feed(bytes: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      if (this.#state === TEXT) at = this.#text(bytes, at, to);
      else if (this.#state === SKIP) at = this.#skip(bytes, at, to);
      else if (this.#state === IN_NAME) at = this.#inName(bytes, at, to);
      else {
        const byte = bytes[at] ?? 0;
        if (this.#state === VALUE) this.#value(byte);
        else if (this.#state === NAME) this.#beforeName(byte);
        else if (this.#state === AFTER) this.#after(byte);
        else if (this.#state === SCALAR) this.#inScalar(byte);
        else if (byte === 58) this.#state = VALUE;
        at++;
      }
    }
  }

  #value(byte: number): void {
    if (isSpace(byte)) return;
    const node = this.#node;
    if (byte === 93 && this.#depth > 0) return this.#close();
    if (node?.spec.known) this.#target.known();
    if (byte === QUOTE) {
      if (node?.spec.text) {
        this.#state = TEXT;
        return;
      }
      if (node?.spec.count !== undefined) this.#target.count(node, '"');
      this.#beginSkip();
      this.#inString = true;
    } else if (byte === 123 || byte === 91) {
      this.#open(byte);
    } else if (node?.spec.count !== undefined) {
      this.#state = SCALAR;
      this.#scalar = String.fromCharCode(byte);
    } else {
      this.#endValue();
    }
  }

  #open(byte: number): void {
    const node = this.#node;
    const isArray = byte === 91;
    if (node?.spec.count !== undefined) this.#target.count(node, "{");
    const next = isArray ? node?.items : node?.members;
    if (node === undefined || next === undefined || this.#depth === MAX_DEPTH) {
      this.#beginSkip();
      this.#skipDepth = 1;
      if (node?.spec.written) this.#target.text(node, isArray ? BRACKET : BRACE, 0, 1, 0);
      return;
    }
    this.#target.open(node, isArray);
    this.#nodes[this.#depth] = node;
    this.#isArray[this.#depth] = isArray;
    this.#depth++;
    this.#state = isArray ? VALUE : NAME;
    // An array in an array at the root is nobody's format.
    this.#node = node.items;
  }

  #close(): void {
    this.#depth--;
    const isDocument = this.#depth === 0 || (this.#depth === 1 && this.#isArray[0] === true);
    if (isDocument && this.#isArray[this.#depth] === false) this.#target.documentEnd();
    this.#endValue();
  }

  #endValue(): void {
    if (this.#depth > 0) {
      this.#state = AFTER;
    } else {
      this.#state = VALUE;
      this.#node = this.#root;
    }
  }

  #beforeName(byte: number): void {
    if (byte === QUOTE) {
      this.#state = IN_NAME;
      this.#nameLength = 0;
    } else if (byte === 125) {
      this.#close();
    }
  }

  #inName(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    for (; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#escaped) {
        this.#escaped = false;
      } else if (byte === QUOTE) {
        const parent = this.#nodes[this.#depth - 1];
        this.#node = parent && findMember(parent, this.#name, this.#nameLength);
        this.#state = COLON;
        return at + 1;
      } else if (byte === BACKSLASH) {
        // Nobody writes the names that matter with escapes.
        this.#escaped = true;
        this.#nameLength = MAX_NAME;
      }
      this.#name[this.#nameLength] = byte;
      if (this.#nameLength < MAX_NAME) this.#nameLength++;
    }
    return at;
  }

  #after(byte: number): void {
    if (byte === 44) {
      const isArray = this.#isArray[this.#depth - 1] === true;
      this.#state = isArray ? VALUE : NAME;
      this.#node = this.#nodes[this.#depth - 1]?.items;
    } else if (byte === 125 || byte === 93) {
      this.#close();
    }
  }

  #inScalar(byte: number): void {
    const ends = byte === 44 || byte === 125 || byte === 93;
    if (!ends && !isSpace(byte)) {
      if (this.#scalar.length < MAX_SCALAR) this.#scalar += String.fromCharCode(byte);
      return;
    }
    if (this.#node !== undefined) this.#target.count(this.#node, this.#scalar);
    this.#state = AFTER;
    if (ends) this.#after(byte);
  }

  #text(bytes: Uint8Array, from: number, to: number): number {
    let at = from;
    let saved = 0;
    let ended = false;
    while (at < to) {
      const byte = bytes[at];
      if (this.#escaped) {
        // Six bytes of \uXXXX weigh as three: mostly they stand for a character beyond ASCII.
        this.#escaped = false;
        saved += byte === 117 ? 3 : 1;
      } else if (byte === QUOTE) {
        ended = true;
        break;
      } else if (byte === BACKSLASH) {
        this.#escaped = true;
      }
      at++;
    }
    if (at > from && this.#node !== undefined) this.#target.text(this.#node, bytes, from, at, saved);
    if (!ended) return at;
    this.#endValue();
    return at + 1;
  }

  #beginSkip(): void {
    this.#state = SKIP;
    this.#skipDepth = 0;
    this.#inString = false;
    this.#escaped = false;
  }

  /** A string or a container of no interest; one that the model wrote is passed on as it is. */
  #skip(bytes: Uint8Array, from: number, to: number): number {
    const written = this.#node?.spec.written === true && this.#skipDepth > 0 ? this.#node : undefined;
    // Locals: most bytes of an answer pass here.
    let inString = this.#inString;
    let escaped = this.#escaped;
    let depth = this.#skipDepth;
    let at = from;
    let done = false;
    while (at < to && !done) {
      const byte = bytes[at++];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          done = depth === 0;
        }
      } else if (byte === QUOTE) {
        inString = true;
      } else if (byte === 123 || byte === 91) {
        depth++;
      } else if (byte === 125 || byte === 93) {
        done = --depth === 0;
      }
    }
    this.#inString = inString;
    this.#escaped = escaped;
    this.#skipDepth = depth;
    if (written !== undefined) this.#target.text(written, bytes, from, at, 0);
    if (done) this.#endValue();
    return at;
  }
}

const BRACE = new Uint8Array([123]);
const BRACKET = new Uint8Array([91]);

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}
