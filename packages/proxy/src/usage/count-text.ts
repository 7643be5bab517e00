import type { TokenCounter } from "./usage-reader.ts";

/** Characters that are counted; of a longer text the rest counts in proportion. */
export const MAX_COUNTED = 1_048_576;
const SLICE = 16_384;

/** Counts a text slice by slice and lets others run in between. */
export async function countText(counter: TokenCounter, text: string): Promise<number> {
  let tokens = 0;
  for (const slice of sliceText(text.slice(0, MAX_COUNTED), SLICE)) {
    if (tokens > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    tokens += counter.count(slice);
  }
  return text.length <= MAX_COUNTED ? tokens : Math.ceil((tokens / MAX_COUNTED) * text.length);
}

/**
 * Cuts where no token of the GPT encodings reaches over: before the space between two letters, or between a line feed and
 * a letter. A text without such a place (random letters take time in the square of their length) is cut at `size`.
 */
export function* sliceText(text: string, size: number): Generator<string> {
  let from = 0;
  while (text.length - from > size) {
    const end = findCut(text, from + size, from + (size >> 1));
    yield text.slice(from, end);
    from = end;
  }
  if (from < text.length) yield text.slice(from);
}

function findCut(text: string, last: number, first: number): number {
  for (let at = last; at > first; at--) {
    const before = text.charCodeAt(at - 1);
    const here = text.charCodeAt(at);
    if (before === 10 && isLetter(here)) return at;
    if (here === 32 && isLetter(before) && isLetter(text.charCodeAt(at + 1))) return at;
  }
  // Never between the halves of a surrogate pair.
  return (text.charCodeAt(last) & 0xfc00) === 0xdc00 ? last - 1 : last;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}
