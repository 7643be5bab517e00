import { fromUtf8 } from "../bytes.ts";

/** Field types of the version 2 format. */
export const macaroonField = { end: 0, location: 1, identifier: 2, signature: 6 } as const;

/** Reads the fields of a version 2 macaroon one after the other; the first fault makes `failed` true and everything after it empty. */
export class MacaroonReader {
  failed = false;
  readonly #bytes: Uint8Array;
  #offset: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  peek(): number | undefined {
    return this.#bytes[this.#offset];
  }

  atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  end(): void {
    if (this.peek() !== macaroonField.end) this.failed = true;
    this.#offset += 1;
  }

  field(type: number): Uint8Array {
    if (this.peek() !== type) this.failed = true;
    this.#offset += 1;
    const length = this.#uvarint();
    const start = this.#offset;
    if (this.failed || start + length > this.#bytes.length) {
      this.failed = true;
      return new Uint8Array();
    }
    this.#offset = start + length;
    return this.#bytes.slice(start, this.#offset);
  }

  text(type: number): string {
    const text = fromUtf8(this.field(type));
    if (text === undefined) this.failed = true;
    return text ?? "";
  }

  optionalText(type: number): string | undefined {
    return this.peek() === type ? this.text(type) : undefined;
  }

  #uvarint(): number {
    let value = 0;
    // Two groups of seven bits reach beyond the size limit.
    for (let shift = 0; shift < 14; shift += 7) {
      const byte = this.#bytes[this.#offset++] ?? 0x80;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) this.failed = true;
        return value;
      }
    }
    this.failed = true;
    return 0;
  }
}
