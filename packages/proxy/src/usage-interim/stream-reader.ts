import type { Json, Usage } from "@x402-paywall/core";
import { concatBytes, isJsonObject, parseJson } from "@x402-paywall/core";
import { EventSplitter, type StreamEvent } from "./event-splitter.ts";
import { readReport } from "./read-report.ts";
import { TokenTally } from "./token-tally.ts";
import { readUnits, readUnitsComment } from "./units.ts";
import type { UsageReader, UsageReaderOptions } from "./usage-reader.ts";

/** Reads an event stream. Only events that name a usage are parsed on the way. */
export class StreamReader implements UsageReader {
  readonly #splitter = new EventSplitter();
  readonly #tally: TokenTally;
  readonly #removes: boolean;
  #report: Usage = {};
  #units: number | undefined;
  #reported = false;
  #passed: Uint8Array[] = [];

  constructor(options: UsageReaderOptions) {
    this.#tally = new TokenTally(options);
    this.#removes = options.removeUsageChunk;
    this.#units = readUnits(options.headers);
  }

  push(chunk: Uint8Array): Uint8Array {
    this.#splitter.push(chunk, this.#onEvent);
    return this.#removes ? this.#takePassed() : chunk;
  }

  end(): Uint8Array {
    const last = this.#splitter.end();
    if (last !== undefined) this.#onEvent(last);
    return this.#takePassed();
  }

  get usage(): Usage {
    return { ...(this.#reported ? {} : this.#tally.running), ...this.#report, ...this.#unitCount };
  }

  get reported(): boolean {
    return this.#reported;
  }

  async settle(): Promise<Usage> {
    if (this.#reported) return this.usage;
    const counted = await this.#tally.count();
    // What an interrupted stream said about its input is true; its output is what went out.
    const { outputTokens: _, ...input } = this.#report;
    return { ...counted, ...input, ...this.#unitCount };
  }

  get #unitCount(): Usage {
    return this.#units === undefined ? {} : { units: this.#units };
  }

  #takePassed(): Uint8Array {
    const [first, ...more] = this.#passed;
    if (first === undefined) return new Uint8Array(0);
    this.#passed = [];
    return more.length === 0 ? first : concatBytes(first, ...more);
  }

  readonly #onEvent = ({ bytes, data, comments }: StreamEvent): void => {
    for (const comment of comments) this.#units = readUnitsComment(comment) ?? this.#units;
    const isRemoved = data !== undefined && this.#read(data);
    if (this.#removes && !isRemoved) this.#passed.push(bytes);
  };

  /** @returns Whether the event is a report and nothing else. */
  #read(data: string): boolean {
    if (data === "[DONE]") return false;
    // `"usage"` and `"usageMetadata"`; most events end here.
    if (!data.includes('"usage')) {
      this.#tally.noteEvent(data);
      return false;
    }
    const json = parseJson(data);
    if (json === undefined) return false;
    const isReportOnly = hasNoChoices(json);
    if (!isReportOnly) this.#tally.noteEvent(data);
    const report = readReport(json, data);
    if (report === undefined) return false;
    this.#report = { ...this.#report, ...report.usage };
    this.#reported ||= report.final;
    return isReportOnly;
  }
}

/** OpenAI's last chunk: `choices: []` beside the usage. */
function hasNoChoices(json: Json): boolean {
  return isJsonObject(json) && Array.isArray(json.choices) && json.choices.length === 0;
}
