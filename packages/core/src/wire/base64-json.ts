import { fromBase64, fromBase64Url, toBase64 } from "../base64.ts";
import { fromUtf8, utf8 } from "../bytes.ts";
import type { Json } from "../canonical-json.ts";
import { readJson } from "../parse-json.ts";
import type { JsonFault } from "../parse-json.ts";

/** `bytes`: not base64, or not UTF-8 inside. */
export type DecodedJson =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly fault: "bytes" | JsonFault };

/** Decodes a header that carries base64 of UTF-8 JSON; `url` takes that alphabet alone. */
export function decodeBase64Json(value: string, alphabet: "any" | "url"): DecodedJson {
  const bytes = alphabet === "any" ? fromBase64(value) : fromBase64Url(value);
  const text = bytes === undefined ? undefined : fromUtf8(bytes);
  return text === undefined ? { ok: false, fault: "bytes" } : readJson(text);
}

/** Padded standard base64 of a value's JSON, as x402 writes its headers. */
export function encodeBase64Json(value: object): string {
  const text = JSON.stringify(value);
  // The usual case, several times faster: ASCII is its own UTF-8.
  return /^[\0-\x7f]*$/.test(text) ? btoa(text) : toBase64(utf8(text));
}
