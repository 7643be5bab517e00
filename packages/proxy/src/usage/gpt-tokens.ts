import { MAX_COUNTED, sliceText } from "./count-text.ts";
import type { TokenCounter } from "./usage-reader.ts";

/** Merging takes time in the square of the length of a run without a break: 15 ms for so many random letters. */
const SLICE = 4096;

let loading: Promise<TokenCounter> | undefined;

/**
 * The tokenizer of current GPT models (o200k_base), from the optional peer `gpt-tokenizer`; about 75 MB once loaded, shared
 * by all callers. Special tokens count as the text they are. Rejects where the package is not installed.
 */
export function loadGptTokens(): Promise<TokenCounter> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<TokenCounter> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  const options = { disallowedSpecial: new Set<string>() };
  return {
    count(text) {
      let tokens = 0;
      for (const slice of sliceText(text.slice(0, MAX_COUNTED), SLICE)) tokens += countTokens(slice, options);
      return text.length <= MAX_COUNTED ? tokens : Math.ceil((tokens / MAX_COUNTED) * text.length);
    },
  };
}
