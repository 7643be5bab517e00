import type { Json, Usage } from "@x402-paywall/core";
import { fromUtf8, parseJson } from "@x402-paywall/core";
import { answerText, requestText } from "./answer-text.ts";
import { estimateTokens, type TokenCounter, type UsageReaderOptions } from "./usage-reader.ts";

/** Text is kept up to here; what comes later is counted by its length. */
const MAX_KEPT = 4_194_304;

/** Counts what was passed on, for answers that nobody reports on: roughly as it goes, exactly when asked. */
export class TokenTally {
  readonly #options: Pick<UsageReaderOptions, "inputEstimate" | "requestBody" | "loadTokens">;
  #kept: string[] = [];
  #keptLength = 0;
  #beyond = 0;
  #running = 0;
  #shortest = Number.MAX_SAFE_INTEGER;

  constructor(options: UsageReaderOptions) {
    this.#options = options;
  }

  /**
   * Notes one event without reading it. The shortest one so far is taken for the envelope around a single token, what is
   * longer for more text: within a factor of two of the truth on streams of words and of sentences.
   */
  noteEvent(data: string): void {
    if (data.length < this.#shortest) this.#shortest = data.length;
    this.#running += 1 + Math.floor((data.length - this.#shortest) / 4);
    this.#keep(data);
  }

  /** Notes a piece of a body whose length says little about its text. */
  noteBytes(length: number): void {
    this.#running += length / 8;
  }

  get running(): Usage {
    const outputTokens = Math.ceil(this.#running);
    return { inputTokens: this.#options.inputEstimate, outputTokens, estimated: true };
  }

  /** @param body The whole answer, where it was no stream of events. */
  async count(body?: string): Promise<Usage> {
    const tokens = await this.#load();
    const pieces = body === undefined ? this.#kept.map(textOf) : [textOf(body)];
    const outputTokens = tokens.count(pieces.join("")) + this.#beyond;
    const { requestBody, inputEstimate } = this.#options;
    const asked = requestBody === undefined ? undefined : parseJson(fromUtf8(requestBody) ?? "");
    const inputTokens = asked === undefined ? inputEstimate : tokens.count(requestText(asked));
    return { inputTokens, outputTokens, estimated: true };
  }

  async #load(): Promise<TokenCounter> {
    try {
      return (await this.#options.loadTokens?.()) ?? BY_LENGTH;
    } catch {
      return BY_LENGTH;
    }
  }

  #keep(data: string): void {
    if (this.#keptLength + data.length > MAX_KEPT) {
      this.#beyond += estimateTokens(textOf(data).length);
      return;
    }
    this.#keptLength += data.length;
    this.#kept.push(data);
  }
}

const BY_LENGTH: TokenCounter = { count: (text) => estimateTokens(text.length) };

/** What is no JSON is text. */
function textOf(data: string): string {
  if (data === "[DONE]") return "";
  const json: Json | undefined = parseJson(data);
  return json === undefined ? data : answerText(json);
}
