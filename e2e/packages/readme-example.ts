/** The one example of a package's README that can be run, and what it prints. */
export interface ReadmeExample {
  readonly language: "ts" | "js";
  readonly code: string;
  /** Lines that the output must hold together; `undefined` where the README shows none. */
  readonly output: string | undefined;
}

const fence = /^```([^\n]*)\n([\s\S]*?)^```$/gm;

/**
 * Reads the fenced block marked `ts runnable` (or `js runnable`), and the block `text output` behind it.
 * @throws RangeError where there is not exactly one such example.
 */
export function readExample(markdown: string): ReadmeExample {
  const blocks = [...markdown.matchAll(fence)].map(([, info = "", text = ""]) => ({
    info: info.trim(),
    text,
  }));
  const places = blocks.flatMap(({ info }, place) => (/^(ts|js) runnable$/.test(info) ? [place] : []));
  const [place, ...more] = places;
  if (place === undefined || more.length > 0)
    throw new RangeError(`A README has one block marked "ts runnable"; this one has ${places.length}`);
  const example = blocks[place];
  const next = blocks[place + 1];
  return {
    language: example?.info.startsWith("js") === true ? "js" : "ts",
    code: example?.text ?? "",
    output: next?.info === "text output" ? next.text.trim() : undefined,
  };
}
