import type { TokenCounter } from "./usage-reader.ts";

/** Longer texts are counted in parts: the counter's time is not linear in one long word. */
const PART = 65_536;

let loaded: Promise<TokenCounter> | undefined;

/** OpenAI's o200k vocabulary, of the optional peer `gpt-tokenizer`; some megabytes, so it is loaded when it is needed. */
export function loadGptTokens(): Promise<TokenCounter> {
  return (loaded ??= import("gpt-tokenizer/encoding/o200k_base").then(({ countTokens }) => ({
    count: (text) => {
      let tokens = 0;
      for (let at = 0; at < text.length; at += PART) tokens += countTokens(text.slice(at, at + PART));
      return tokens;
    },
  })));
}
