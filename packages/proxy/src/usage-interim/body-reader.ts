import type { Json, Usage } from "@x402-paywall/core";
import { concatBytes, fromUtf8, parseJson } from "@x402-paywall/core";
import { readReport } from "./read-report.ts";
import { TokenTally } from "./token-tally.ts";
import { readUnits } from "./units.ts";
import type { UsageReader, UsageReaderOptions } from "./usage-reader.ts";

/** A whole answer is kept up to here, to be read at its end. */
const MAX_KEPT = 8_388_608;

/** Reads an answer that is one document: JSON, Gemini's array of JSON, or text. Bytes pass as they are. */
export class BodyReader implements UsageReader {
  readonly #tally: TokenTally;
  readonly #units: number | undefined;
  #kept: Uint8Array[] = [];
  #length = 0;
  #report: Usage | undefined;

  constructor(options: UsageReaderOptions) {
    this.#tally = new TokenTally(options);
    this.#units = readUnits(options.headers);
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#length += chunk.length;
    this.#tally.noteBytes(chunk.length);
    // A copy: the chunk belongs to the transport.
    if (this.#length <= MAX_KEPT) this.#kept.push(chunk.slice());
    return chunk;
  }

  end(): Uint8Array {
    const text = this.#text();
    const json = text === undefined || !text.includes('"usage') ? undefined : parseJson(text);
    if (text !== undefined && json !== undefined) this.#report = lastReport(json, text);
    return new Uint8Array(0);
  }

  get usage(): Usage {
    return { ...(this.#report ?? this.#tally.running), ...this.#unitCount };
  }

  get reported(): boolean {
    return this.#report !== undefined;
  }

  async settle(): Promise<Usage> {
    if (this.#report !== undefined) return this.usage;
    const text = this.#text();
    const counted = text === undefined ? this.#tally.running : await this.#tally.count(text);
    return { ...counted, ...this.#unitCount };
  }

  get #unitCount(): Usage {
    return this.#units === undefined ? {} : { units: this.#units };
  }

  #text(): string | undefined {
    return this.#length > MAX_KEPT ? undefined : fromUtf8(concatBytes(...this.#kept));
  }
}

/** Gemini streams an array whose every part repeats the counts so far. */
function lastReport(json: Json, text: string): Usage | undefined {
  const parts = Array.isArray(json) ? json : [json];
  let last: Usage | undefined;
  for (const part of parts) {
    const report = readReport(part, text);
    if (report?.final === true) last = { ...last, ...report.usage };
  }
  return last;
}
