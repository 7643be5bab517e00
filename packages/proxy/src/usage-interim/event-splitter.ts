/** One event of a stream, as its bytes and as what they say. */
export interface StreamEvent {
  /** From its first byte to the end of its blank line. */
  readonly bytes: Uint8Array;
  /** The `data` lines, joined; `undefined` where there were none. */
  readonly data: string | undefined;
  /** The texts behind a colon at the start of a line. */
  readonly comments: readonly string[];
}

const LF = 10;
const CR = 13;
/** What is longer is no event of a model: it is passed on unread. */
const MAX_EVENT_BYTES = 4_194_304;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Cuts bytes into the events of a stream (WHATWG HTML, 9.2.6): any chunking, LF, CRLF or CR, a byte order mark in front,
 * several data lines. Each byte belongs to exactly one event or to the rest.
 */
export class EventSplitter {
  #rest: Uint8Array = new Uint8Array(0);
  /** Where in the rest the line begins that is not complete yet. */
  #lineStart = 0;
  #data: string[] = [];
  #comments: string[] = [];
  #isFirstLine = true;

  push(chunk: Uint8Array, onEvent: (event: StreamEvent) => void): void {
    const bytes = this.#rest.length === 0 ? chunk : join(this.#rest, chunk);
    let eventStart = 0;
    let lineStart = this.#lineStart;
    let nextCr = bytes.indexOf(CR, lineStart);
    for (;;) {
      const lf = bytes.indexOf(LF, lineStart);
      if (nextCr >= 0 && nextCr < lineStart) nextCr = bytes.indexOf(CR, lineStart);
      const isCr = nextCr >= 0 && (lf < 0 || nextCr < lf);
      const end = isCr ? nextCr : lf;
      // A CR at the very end may be the first half of a CRLF.
      if (end < 0 || (isCr && end === bytes.length - 1)) break;
      const next = isCr && bytes[end + 1] === LF ? end + 2 : end + 1;
      if (end > lineStart) this.#line(bytes.subarray(lineStart, end));
      else {
        onEvent(this.#takeEvent(bytes.subarray(eventStart, next)));
        eventStart = next;
      }
      lineStart = next;
    }
    this.#keep(bytes, eventStart, lineStart, onEvent);
  }

  /** What is left at the end of the stream: an event without its blank line. `undefined`: nothing. */
  end(): StreamEvent | undefined {
    const { length } = this.#rest;
    if (length === 0) return undefined;
    const line = this.#rest.subarray(this.#lineStart);
    const end = line.at(-1) === CR ? line.length - 1 : line.length;
    if (end > 0) this.#line(line.subarray(0, end));
    const event = this.#takeEvent(this.#rest);
    this.#rest = new Uint8Array(0);
    this.#lineStart = 0;
    return event;
  }

  #keep(bytes: Uint8Array, eventStart: number, lineStart: number, onEvent: (event: StreamEvent) => void): void {
    const left = bytes.length - eventStart;
    if (left > MAX_EVENT_BYTES) {
      onEvent({ bytes: bytes.subarray(eventStart), data: undefined, comments: [] });
      this.#rest = new Uint8Array(0);
      this.#lineStart = 0;
      return;
    }
    // A copy: the chunk belongs to the transport.
    this.#rest = left === 0 ? new Uint8Array(0) : bytes.slice(eventStart);
    this.#lineStart = lineStart - eventStart;
  }

  #line(line: Uint8Array): void {
    let text = decoder.decode(line);
    if (this.#isFirstLine && text.startsWith("\uFEFF")) text = text.slice(1);
    this.#isFirstLine = false;
    if (text.startsWith("data:")) this.#data.push(text.charAt(5) === " " ? text.slice(6) : text.slice(5));
    else if (text.startsWith(":")) this.#comments.push(text.slice(1).trim());
  }

  #takeEvent(bytes: Uint8Array): StreamEvent {
    const [first, ...more] = this.#data;
    const data = more.length === 0 ? first : this.#data.join("\n");
    const comments = this.#comments;
    if (this.#data.length > 0) this.#data = [];
    if (comments.length > 0) this.#comments = [];
    return { bytes, data, comments };
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
