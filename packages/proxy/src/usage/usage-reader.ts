import type { Usage } from "@x402-paywall/core";

/** APIs whose usage is understood; `units`: the upstream's own count, `X-Paywall-Usage`. */
export type UsageFormat = "openai-chat" | "openai-responses" | "anthropic" | "gemini" | "units";

/** Reads what an answer used out of its bytes while they pass. Never throws, whatever the upstream sends. */
export interface UsageReader {
  /**
   * Counts a chunk, which must not be written to afterwards.
   * @returns The bytes to pass on: the same array where nothing is taken out or held back.
   */
  push(chunk: Uint8Array): Uint8Array;
  /** After the last byte: bytes still held back (an unfinished line). */
  end(): Uint8Array;
  /**
   * What is known now; cheap. Tokens that the upstream has not reported yet are estimated (`estimated: true`): the UTF-8
   * length of the text that passed, over four.
   */
  readonly usage: Usage;
  /** The upstream itself reported, and the last report made sense. */
  readonly reported: boolean;
  /** Whose shape the last report had. */
  readonly format: UsageFormat | undefined;
  /**
   * As `usage`, for an answer that is over: what was estimated is counted with the tokenizer, where there is one. Of an
   * event stream that broke off, the event that was not finished does not count. Never rejects.
   */
  settle(): Promise<Usage>;
}

/** Counts the tokens of a text of any length. */
export interface TokenCounter {
  count(text: string): number;
}

/** A reader that reads nothing: for prices that need no usage out of the body. */
export function passThrough(): UsageReader {
  return {
    push: (chunk) => chunk,
    end: () => new Uint8Array(0),
    usage: {},
    reported: false,
    format: undefined,
    settle: () => Promise.resolve({}),
  };
}
