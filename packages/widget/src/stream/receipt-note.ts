import { asObject, asText } from "../checkout/problem.ts";
import { toUrl } from "../checkout/to-url.ts";
import { parseJson, readBase64Json } from "../parts/base64-json.ts";

/** The receipt that a stream ends with: base64url of JSON, or plain JSON. */
export function readReceiptNote(text: string): { readonly url: string; readonly charged: string } {
  const json = asObject(readBase64Json(text) ?? parseJson(text));
  return { url: asText(json["url"]), charged: asText(json["charged"]) };
}

/** `url` as an address of one of these origins, else empty: a stream's bytes are anybody's. */
export function trustedLink(url: string, origins: readonly string[]): string {
  const link = toUrl(url, location.href);
  if (link === undefined || !/^https?:$/.test(link.protocol)) return "";
  return origins.includes(link.origin) ? link.href : "";
}
