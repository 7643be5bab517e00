import { fromUtf8 } from "../bytes.ts";
import type { Json } from "../canonical-json.ts";
import { readJson } from "../parse-json.ts";

/** What a computed price may look at. */
export interface RequestFacts {
  /** As received: upper-case by custom. */
  readonly method: string;
  /** The raw path below the slug; empty is read as `/`. */
  readonly path: string;
  /** The raw query without `?`; empty where there is none. */
  readonly query: string;
  /** Absent means the same as `missing`. */
  readonly body?: BodyFact;
}

/** A JSON body, or why there is none to be read. */
export type BodyFact =
  | { readonly state: "json"; readonly value: Json }
  | { readonly state: "missing" | "unparsable" | "duplicate" | "too-large" };

/**
 * Reads a whole raw body: strict UTF-8, RFC 8259, no duplicate members, at most 32 levels. Never throws.
 * @param maxBytes More is `too-large`.
 */
export function readBodyFact(bytes: Uint8Array | undefined, maxBytes = Number.POSITIVE_INFINITY): BodyFact {
  if (bytes === undefined || bytes.length === 0) return { state: "missing" };
  if (bytes.length > maxBytes) return { state: "too-large" };
  const text = fromUtf8(bytes);
  if (text === undefined) return { state: "unparsable" };
  const result = readJson(text);
  if (result.ok) return { state: "json", value: result.value };
  return { state: result.fault === "duplicate" ? "duplicate" : "unparsable" };
}
