import { fold } from "./fold.ts";

/** One parameter of a query: its raw value, or `null` where servers could disagree which value counts. */
export type QueryIndex = ReadonlyMap<string, { readonly name: string; readonly raw: string | null }>;

/**
 * Indexes a raw query by folded name. A name is ambiguous that comes twice, in whatever case or percent-encoding, beside
 * `name[]` (PHP, Rails), or around a `;`, which some servers take for `&`.
 */
export function indexQuery(query: string): QueryIndex {
  const index = new Map<string, { name: string; raw: string | null }>();
  const add = (name: string, raw: string | null) => {
    const key = fold(name);
    index.set(key, { name, raw: index.has(key) ? null : raw });
  };
  for (const parameter of query === "" ? [] : query.split("&")) {
    const pieces = parameter.split(";");
    for (const piece of pieces) {
      const equals = piece.indexOf("=");
      const name = decodeQuery(equals < 0 ? piece : piece.slice(0, equals)) ?? piece;
      const bracket = name.indexOf("[");
      add(name, pieces.length > 1 ? null : piece.slice(equals < 0 ? piece.length : equals + 1));
      if (bracket > 0) add(name.slice(0, bracket), null);
    }
  }
  return index;
}

/** `undefined` for malformed percent-encoding. */
export function decodeQuery(raw: string): string | undefined {
  if (!raw.includes("%") && !raw.includes("+")) return raw;
  try {
    return decodeURIComponent(raw.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
