import type { HeaderList, Usage } from "@x402-paywall/core";

/** Reads the usage of one answer out of its bytes, on their way to the payer. */
export interface UsageReader {
  /** Counts a chunk; the bytes to pass on: the same ones, or without a report that the payer did not ask for. */
  push(chunk: Uint8Array): Uint8Array;
  /** After the last byte: what was held back. */
  end(): Uint8Array;
  /** What is known now; before the upstream's own report an estimate. Cheap. */
  readonly usage: Usage;
  /** The upstream itself said what was used. */
  readonly reported: boolean;
  /** The best that is known of an answer that broke off or reported nothing: what was passed on, counted here. */
  settle(): Promise<Usage>;
}

/** Counts the tokens of a text. */
export interface TokenCounter {
  count(text: string): number;
}

export interface UsageReaderOptions {
  /** Of the answer. */
  readonly contentType: string;
  /** Of the answer: may hold `X-Paywall-Usage`. */
  readonly headers: HeaderList;
  /** The usage report at the end of a stream was our wish, not the payer's. */
  readonly removeUsageChunk: boolean;
  /** Tokens of the request, roughly. */
  readonly inputEstimate: number;
  /** The request, to be counted where nothing was reported. */
  readonly requestBody?: Uint8Array;
  /** Without it, tokens are estimated by length. */
  readonly loadTokens?: () => Promise<TokenCounter>;
}

/** For prices that look at time and bytes only. */
export function passThrough(): UsageReader {
  return {
    push: (chunk) => chunk,
    end: () => new Uint8Array(0),
    usage: {},
    reported: true,
    settle: () => Promise.resolve({}),
  };
}

/** Four bytes are about a token, in English and in code. */
export function estimateTokens(length: number): number {
  return Math.ceil(length / 4);
}
