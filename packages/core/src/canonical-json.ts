/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object; members may be absent. */
export interface JsonObject {
  readonly [member: string]: Json | undefined;
}

/**
 * The one canonical text of a JSON value (RFC 8785): members sorted by UTF-16 code units, numbers as ECMAScript
 * writes them. Members that are `undefined` are left out.
 * @throws TypeError for NaN, infinities and lone surrogates, which have no canonical form.
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return canonicalString(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError("A number that is not finite has no canonical form");
    return JSON.stringify(value);
  }
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  let text = "";
  // Array.prototype.sort compares UTF-16 code units, as RFC 8785 asks.
  for (const member of Object.keys(value).toSorted()) {
    const item = value[member];
    if (item === undefined) continue;
    text += `${text === "" ? "" : ","}${canonicalString(member)}:${canonicalJson(item)}`;
  }
  return `{${text}}`;
}

/** Narrows to an array; `Array.isArray` alone does not narrow readonly arrays. */
export function isJsonArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Narrows to an object that is neither `null` nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What JSON writes as it is: the usual case of names, numbers and addresses, without a call out of the engine. */
const plain = /^[ !#-[\]-~]*$/;

function canonicalString(text: string): string {
  if (plain.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new TypeError("A lone surrogate has no canonical form");
  return JSON.stringify(text);
}
