import type { Json } from "./canonical-json.ts";

/** Why a text was refused. */
export type JsonFault = "syntax" | "duplicate" | "depth";
export type JsonResult =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: JsonFault };

/** RFC 8259, strictly: no duplicate members, at most 32 levels. */
export function parseJson(text: string): Json | undefined {
  const result = readJson(text);
  return result.ok ? result.value : undefined;
}

/** As {@link parseJson}, and says what was wrong. */
export function readJson(text: string): JsonResult {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, fault: "syntax" };
  }
  const fault = findFault(text);
  return fault === undefined ? { ok: true, value } : { ok: false, fault };
}

const maxDepth = 32;
const structure = /["{}[\]:]/g;

/** Walks the tokens of a text whose syntax is known to be right; `JSON.parse` itself keeps the last duplicate silently. */
function findFault(text: string): JsonFault | undefined {
  // One entry for each open container: the members seen so far, or null for an array.
  const open: (Set<string> | null)[] = [];
  let lastString = "";
  structure.lastIndex = 0;
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const [token] = found;
    if (token === "{" || token === "[") {
      if (open.push(token === "{" ? new Set() : null) > maxDepth) return "depth";
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (token === ":") {
      const members = open.at(-1);
      // Escapes are resolved before comparing: "a" and "\u0061" are one member.
      const member: unknown = JSON.parse(lastString);
      if (members?.has(String(member))) return "duplicate";
      members?.add(String(member));
    } else {
      structure.lastIndex = endOfString(text, found.index) + 1;
      lastString = text.slice(found.index, structure.lastIndex);
    }
  }
  return undefined;
}

/** Index of the closing quotation mark. Not a regular expression: those run out of stack on strings of some megabytes. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === "\\") before--;
    if ((end - before) % 2 === 1) return end;
  }
}
