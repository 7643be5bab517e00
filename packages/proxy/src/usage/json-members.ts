/** Where a member's value lies in the text of its object. */
export interface ValueSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Members of the object that begins at `open` (a brace of a text whose syntax `JSON.parse` has checked). `undefined` where
 * two have the same name: parsers disagree which of them counts.
 */
export function findMembers(text: string, open: number): ReadonlyMap<string, ValueSpan> | undefined {
  const members = new Map<string, ValueSpan>();
  let at = skipSpace(text, open + 1);
  while (text[at] === '"') {
    const nameEnd = skipString(text, at);
    const name = String(JSON.parse(text.slice(at, nameEnd)));
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = skipValue(text, start);
    if (members.has(name)) return undefined;
    members.set(name, { start, end });
    at = skipSpace(text, end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return members;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (" \n\r\t".includes(text[at] ?? "x")) at++;
  return at;
}

function skipString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const end = text.indexOf('"', at);
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes++;
    if (end === -1) return text.length;
    // The opening quote is no backslash, so the count stops there at the latest.
    if (slashes % 2 === 0) return end + 1;
    at = end + 1;
  }
}

function skipValue(text: string, from: number): number {
  if (text[from] === '"') return skipString(text, from);
  let depth = 0;
  let at = from;
  for (;;) {
    const char = text[at];
    if (char === undefined) return at;
    if (char === '"') {
      at = skipString(text, at);
      continue;
    }
    if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") {
      // Of the object around a number.
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && ", \n\r\t".includes(char)) return at;
    at++;
  }
}
