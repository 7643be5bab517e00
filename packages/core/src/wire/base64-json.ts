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
  return encodeBase64Text(JSON.stringify(value));
}

/** Padded standard base64 of a text's UTF-8. */
export function encodeBase64Text(text: string): string {
  // The usual case, several times faster: ASCII is its own UTF-8.
  return isAscii(text) ? btoa(text) : toBase64(utf8(text));
}

/** As {@link encodeBase64Text}, of a text that may end with blanks: base64 of what follows it can be appended. */
export function encodeBase64Groups(text: string): string {
  if (isAscii(text)) return btoa(text + blanks(text.length));
  const { length } = utf8(text);
  return toBase64(utf8(text + blanks(length)));
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** Up to a multiple of three bytes. */
function blanks(length: number): string {
  return "  ".slice(0, (3 - (length % 3)) % 3);
}
