import type { Usage } from "@x402-paywall/core";
import { answerPaths } from "./answer-paths.ts";
import { JsonScanner } from "./json-scanner.ts";
import type { PathNode } from "./path-node.ts";
import { readReport } from "./report.ts";
import type { Report, ReportedTokens } from "./report.ts";
import { TextKeeper } from "./text-keeper.ts";
import type { TokenCounter, UsageFormat } from "./usage-reader.ts";

export interface TallyOptions {
  /** Tokens of the request, as long as the upstream does not say. */
  readonly inputEstimate: number;
  /** False: tokens that nobody reported are neither estimated nor counted. */
  readonly countTokens: boolean;
  /** A document that was not finished was not delivered: a client drops the event that it is in. */
  readonly wholeDocuments: boolean;
  /** Exact tokens of the request, asked for at most once. */
  readonly countInput?: ((counter: TokenCounter) => Promise<number>) | undefined;
  readonly loadTokens?: (() => Promise<TokenCounter>) | undefined;
}

/** Tokens. */
const MAX_PREAMBLE = 1024;

/** Adds up what an answer says of itself, document by document, and the text that it has not reported yet. */
export class UsageTally {
  readonly scanner: JsonScanner;
  readonly #options: TallyOptions;
  readonly #text: TextKeeper;
  /** What passed of a format that is not understood. */
  readonly #unknown: TextKeeper;
  #isKnown = false;
  #tokens: ReportedTokens = {};
  #makesSense = false;
  #costPicoUsd: bigint | undefined;
  #units: number | undefined;
  #format: UsageFormat | undefined;
  readonly #counts = new Map<string, string>();
  #usageObjects = 0;
  #isStart = false;
  #isTwice = false;
  #choices: "none" | "empty" | "some" = "none";
  #documents = 0;
  #wasUsageOnly = false;

  constructor(options: TallyOptions) {
    this.#options = options;
    const keeps = options.countTokens && options.loadTokens !== undefined;
    this.#text = new TextKeeper(keeps);
    this.#unknown = new TextKeeper(keeps);
    this.scanner = new JsonScanner(answerPaths, {
      text: (node, bytes, from, to, saved) => {
        if (options.countTokens) this.#text.append(node, bytes, from, to, saved);
      },
      count: (node, source) => this.#count(node, source),
      open: (node, isArray) => this.#open(node, isArray),
      known: () => this.#becomeKnown(),
      documentEnd: () => this.#endDocument(),
    });
  }

  /** Documents that were read to their end. */
  get documents(): number {
    return this.#documents;
  }

  /** Of the document at hand: it may still be one with no choices. */
  get mayBeUsageOnly(): boolean {
    return this.#choices !== "some";
  }

  /** The last document was a chunk of a chat with its usage and no choices. */
  get wasUsageOnly(): boolean {
    return this.#wasUsageOnly;
  }

  /** JSON of the answer, at any cut. */
  json(bytes: Uint8Array, from: number, to: number): void {
    this.scanner.feed(bytes, from, to);
    if (!this.#isKnown) this.plain(bytes, from, to);
  }

  /** Text of no format. */
  plain(bytes: Uint8Array, from: number, to: number): void {
    if (this.#options.countTokens) this.#unknown.append(undefined, bytes, from, to, 0);
  }

  units(count: number): void {
    this.#units = count;
    this.#format ??= "units";
  }

  /** Forgets a document that was not finished. */
  resetDocument(): void {
    if (!this.scanner.atRest) this.scanner.reset();
    this.#clearDocument();
  }

  get format(): UsageFormat | undefined {
    return this.#format;
  }

  get reported(): boolean {
    if (this.#options.countTokens) return this.#makesSense && this.#tokens.output !== undefined;
    return this.#units !== undefined || this.#costPicoUsd !== undefined || this.#makesSense;
  }

  get usage(): Usage {
    const pending = this.#text.estimate + (this.#hasUnknown ? this.#unknown.estimate : 0);
    return this.#usageWith(this.#options.inputEstimate, pending);
  }

  async settle(): Promise<Usage> {
    if (this.#options.wholeDocuments) this.#text.cutAtMark();
    const { loadTokens, countTokens, inputEstimate, countInput } = this.#options;
    const nothingToCount = this.reported && this.#text.isEmpty && !this.#hasUnknown;
    if (!countTokens || nothingToCount || loadTokens === undefined) return this.usage;
    try {
      const counter = await loadTokens();
      const unknown = this.#hasUnknown ? await this.#unknown.count(counter) : 0;
      const pending = unknown + (await this.#text.count(counter));
      const counted = this.#tokens.input === undefined ? await countInput?.(counter) : undefined;
      return this.#usageWith(counted ?? inputEstimate, pending);
    } catch {
      // Without a tokenizer the estimate is what is known.
      return this.usage;
    }
  }

  /** Not while the first document has only begun: what it is shows soon. */
  get #hasUnknown(): boolean {
    if (this.#unknown.isEmpty) return false;
    return this.scanner.atRest || this.#documents > 0 || this.#unknown.estimate > MAX_PREAMBLE;
  }

  #usageWith(inputEstimate: number, pending: number): Usage {
    const { input, created = 0, cached, output } = this.#tokens;
    const { countTokens } = this.#options;
    const counted = countTokens || this.#makesSense;
    const isEstimated = countTokens && (!this.reported || pending > 0);
    return {
      ...(counted ? { inputTokens: input === undefined ? inputEstimate : input + created } : {}),
      ...(cached === undefined ? {} : { cachedInputTokens: cached }),
      ...(counted ? { outputTokens: (output ?? 0) + pending } : {}),
      ...(this.#units === undefined ? {} : { units: this.#units }),
      ...(this.#costPicoUsd === undefined ? {} : { costPicoUsd: this.#costPicoUsd }),
      ...(isEstimated ? { estimated: true } : {}),
    };
  }

  #becomeKnown(): void {
    if (this.#isKnown) return;
    this.#isKnown = true;
    this.#unknown.clear();
  }

  #open(node: PathNode, isArray: boolean): void {
    if (node.spec.usage !== undefined && !isArray) {
      this.#becomeKnown();
      this.#usageObjects++;
      this.#isStart = node.spec.usage === "start";
    }
    const { choices } = node.spec;
    if (choices !== undefined)
      this.#choices = choices === "list" && this.#choices === "none" ? "empty" : "some";
  }

  #count(node: PathNode, source: string): void {
    const name = node.spec.count ?? "";
    if (this.#counts.has(name)) this.#isTwice = true;
    this.#counts.set(name, source);
  }

  #endDocument(): void {
    this.#documents++;
    this.#wasUsageOnly = this.#choices === "empty" && this.#usageObjects > 0;
    if (this.#usageObjects > 0) {
      const isTwice = this.#isTwice || this.#usageObjects > 1;
      const place = {
        start: this.#isStart,
        hasText: this.#tokens.output !== undefined || !this.#text.isEmpty,
      };
      const report = isTwice ? "garbage" : readReport(this.#counts, place);
      if (report === "garbage") this.#makesSense = false;
      else if (report !== undefined) this.#accept(report);
    }
    this.#text.mark();
    this.#clearDocument();
  }

  #accept({ format, tokens, costPicoUsd }: Report): void {
    this.#makesSense = true;
    this.#format = format;
    this.#tokens = { ...this.#tokens, ...tokens };
    if (costPicoUsd !== undefined) this.#costPicoUsd = costPicoUsd;
    // Reports are cumulative: this one includes all text up to here.
    if (tokens.output !== undefined) this.#text.clear();
  }

  #clearDocument(): void {
    if (this.#usageObjects > 0) this.#counts.clear();
    this.#usageObjects = 0;
    this.#isTwice = false;
    this.#choices = "none";
  }
}
