import {
  type AuthElement,
  findHeader,
  fromUtf8,
  isJsonObject,
  type JsonObject,
  listHeaders,
  parseAuthElements,
  parseJson,
} from "@x402-paywall/core";
import type { ReadChallenge } from "./observations.ts";
import type { RawAnswer } from "./raw-request.ts";

/** Takes a 402 apart: whatever of it cannot be read is `undefined`. */
export function readRawChallenge({ headers, body }: RawAnswer): ReadChallenge {
  const header = findHeader(headers, "payment-required");
  const authLines = listHeaders(headers, "www-authenticate");
  return {
    x402: { header, json: decodeLoosely(header) },
    authLines,
    auth: readLines(authLines),
    body: parseJson(fromUtf8(body) ?? ""),
  };
}

function readLines(lines: readonly string[]): readonly AuthElement[] | undefined {
  const elements: AuthElement[] = [];
  for (const line of lines) {
    const read = parseAuthElements(line);
    if (read === undefined) return undefined;
    elements.push(...read);
  }
  return elements;
}

/** Either alphabet, padded or not: whether it is the right one is another question. */
function decodeLoosely(value: string | undefined): JsonObject | undefined {
  if (value === undefined) return undefined;
  const json = parseJson(Buffer.from(value.trim(), "base64").toString());
  return isJsonObject(json) ? json : undefined;
}
