import { isJsonArray, isJsonObject } from "../canonical-json.ts";
import type { Json, JsonObject } from "../canonical-json.ts";
import { fold } from "./fold.ts";
import { decodeQuery, indexQuery } from "./query-facts.ts";
import type { QueryIndex } from "./query-facts.ts";
import type { RequestFacts } from "./request-facts.ts";

/** A fact that an expression reads. */
export interface Field {
  /** One spelling for each: `body.messages[0].role`; `length(body.messages)` where nothing but its length is read. */
  readonly name: string;
  readonly source: "method" | "path" | "query" | "body";
  readonly members: readonly (string | number)[];
  readonly measured: boolean;
}

/** Why a fact is not beyond doubt. */
export type FieldFault = "missing" | "duplicate" | "unparsable" | "too-large" | "kind";
export type Reading =
  | { readonly ok: true; readonly value: string | boolean | number }
  | { readonly ok: false; readonly fault: FieldFault };

/** What was looked up once for all fields of one evaluation, so that it takes linear time. */
export interface FieldCache {
  query?: QueryIndex;
  readonly members: Map<JsonObject, ReadonlyMap<string, string | null>>;
}

/** Reads one field; own members only, and nothing that servers could read in two ways. */
export function readField(field: Field, facts: RequestFacts, cache: FieldCache): Reading {
  switch (field.source) {
    case "method":
      return measure(facts.method, field);
    case "path":
      return readPath(field, facts.path);
    case "query":
      return readQuery(field, facts.query, cache);
    case "body":
      return readBody(field, facts, cache);
  }
}

/** `%2F`, `%25` and the like, `//` and `;` mean different things to different servers. */
const ambiguousPath = /\/\/|[;\\]|%(?:[01][0-9a-f]|25|2f|3b|5c|7f)/i;

function readPath(field: Field, raw: string): Reading {
  if (ambiguousPath.test(raw)) return fault("unparsable");
  if (raw === "") return measure("/", field);
  if (!raw.includes("%")) return measure(raw, field);
  try {
    return measure(decodeURIComponent(raw), field);
  } catch {
    return fault("unparsable");
  }
}

function readQuery(field: Field, query: string, cache: FieldCache): Reading {
  cache.query ??= indexQuery(query);
  const [name = ""] = field.members;
  const found = cache.query.get(fold(String(name)));
  if (found === undefined) return fault("missing");
  if (found.raw === null) return fault("duplicate");
  if (found.name !== name) return fault("missing");
  const value = decodeQuery(found.raw);
  return value === undefined ? fault("unparsable") : measure(value, field);
}

function readBody(field: Field, { body }: RequestFacts, cache: FieldCache): Reading {
  if (body?.state !== "json") return fault(body?.state ?? "missing");
  let value: Json | undefined = body.value;
  for (const member of field.members) {
    if (typeof member === "number") {
      value = value !== undefined && isJsonArray(value) ? value[member] : undefined;
    } else if (isJsonObject(value)) {
      const name = indexMembers(value, cache).get(fold(member));
      if (name === null) return fault("duplicate");
      value = name === member ? value[member] : undefined;
    } else {
      value = undefined;
    }
    if (value === undefined) return fault("missing");
  }
  return measure(value, field);
}

/** Own members by folded name; `null` where two differ in case alone: servers that ignore case take either. */
function indexMembers(object: JsonObject, cache: FieldCache): ReadonlyMap<string, string | null> {
  const known = cache.members.get(object);
  if (known) return known;
  const index = new Map<string, string | null>();
  for (const name of Object.keys(object)) {
    const key = fold(name);
    index.set(key, index.has(key) ? null : name);
  }
  cache.members.set(object, index);
  return index;
}

function measure(value: Json, { measured }: Field): Reading {
  if (typeof value === "string") {
    if (!value.isWellFormed()) return fault("unparsable");
    return { ok: true, value: measured ? countCharacters(value) : value };
  }
  if (measured) return isJsonArray(value) ? { ok: true, value: value.length } : fault("kind");
  if (typeof value === "boolean") return { ok: true, value };
  return typeof value === "number" && Number.isFinite(value) ? { ok: true, value } : fault("kind");
}

/** Unicode characters, as most languages count them. */
function countCharacters(text: string): number {
  let count = text.length;
  // Each character beyond U+FFFF is two code units, the second of them 0xDC00..0xDFFF.
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--;
  return count;
}

function fault(kind: FieldFault): Reading {
  return { ok: false, fault: kind };
}
