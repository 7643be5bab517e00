import type { Edit } from "./mutations.ts";

/**
 * The source with the fault in it.
 * @throws Error where a text is not there exactly once: the build would not be the broken one
 */
export function breakSource(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, search, replace }) => {
    const found = text.split(search).length - 1;
    if (found !== 1) throw new Error(`${file} has ${found} times, not once: ${search}`);
    // A function, so that `$` means nothing.
    return text.replace(search, () => replace);
  }, source);
}
