import { listAccessTokens } from "./access-cookies.ts";
import { fromBase64 } from "./base64.ts";
import type { Json } from "./canonical-json.ts";
import { listHeaders } from "./headers.ts";
import type { HeaderList } from "./headers.ts";
import { PaywallError } from "./problem.ts";
import { decodeBase64Json } from "./wire/base64-json.ts";
import { parseL402Credential } from "./wire/l402.ts";
import type { MacaroonV2 } from "./wire/macaroon.ts";
import { readPaymentCredential } from "./wire/payment-auth.ts";
import type { PaymentCredential } from "./wire/payment-auth.ts";
import { readPaymentPayload } from "./wire/x402.ts";
import type { PaymentPayload } from "./wire/x402.ts";

/** What the payer sent back, decoded but not yet verified. At most one of them per request. */
export type Credential =
  | { readonly wire: "l402"; readonly macaroon: MacaroonV2; readonly preimage: string }
  | { readonly wire: "mpp"; readonly credential: PaymentCredential }
  | { readonly wire: "x402"; readonly version: 1 | 2; readonly payload: PaymentPayload }
  /** `alternatives`: tokens of further access cookies; the first that fits the request counts. */
  | { readonly wire: "access"; readonly token: string; readonly alternatives?: readonly string[] };

const maxLength = 16_384;

/**
 * Finds the one credential of a request. Pass each header line on its own, so that duplicates can be counted. A cookie
 * is ambient: it counts only where no header carries a credential.
 * @param accessCookiePrefix Name, or start of the name, of the cookies that carry access tokens.
 * @returns `undefined` where there is none of ours; a foreign `Authorization` is not ours.
 * @throws PaywallError `bad_request` (several credentials, undecodable bytes, duplicate members), `malformed_credential`
 * (decodable, but not a credential), `headers_too_large`.
 */
export function readCredential(headers: HeaderList, accessCookiePrefix?: string): Credential | undefined {
  const readers: (() => Credential)[] = [];
  for (const name of ["payment-signature", "x-payment"]) {
    const value = findSingle(headers, name);
    if (value !== undefined) readers.push(() => readX402(value));
  }
  for (const name of ["authorization", "payment-authorization"]) {
    const value = name === "authorization" ? findAuthorization(headers) : findSingle(headers, name);
    const reader = value === undefined ? undefined : chooseReader(value, name);
    if (reader) readers.push(reader);
  }
  const [reader, second] = readers;
  if (second) throw badRequest("The request carries more than one credential");
  if (reader) return reader();
  const [token, ...alternatives] = accessCookiePrefix ? listAccessTokens(headers, accessCookiePrefix) : [];
  if (token === undefined) return undefined;
  return { wire: "access", token, ...(alternatives.length === 0 ? {} : { alternatives }) };
}

function findSingle(headers: HeaderList, name: string): string | undefined {
  const [value, second] = listHeaders(headers, name);
  if (second !== undefined) throw badRequest(`The header ${name} was sent more than once`);
  if ((value?.length ?? 0) > maxLength) throw new PaywallError("headers_too_large");
  return value?.trim();
}

/** Aperture's clients send one L402 credential under both of its names; that alone may stand twice. */
function findAuthorization(headers: HeaderList): string | undefined {
  const lines = listHeaders(headers, "authorization").flatMap(splitSchemes);
  const [first, second, ...rest] = lines;
  if (first === undefined || second === undefined) return findSingle(headers, "authorization");
  const [one, other] = [first, second].map((line) => /^(L402|LSAT) +(\S+)$/i.exec(line.trim()));
  const twins =
    rest.length === 0 &&
    one &&
    other &&
    one[1]?.toLowerCase() !== other[1]?.toLowerCase() &&
    one[2] === other[2];
  if (!twins) throw badRequest("The header authorization was sent more than once");
  return findSingle([["authorization", first]], "authorization");
}

/** Some transports join repeated headers with a comma. */
function splitSchemes(value: string): readonly string[] {
  return value.split(/,[ \t]*(?=(?:payment|l402|lsat|bearer)[ \t])/i);
}

function chooseReader(value: string, name: string): (() => Credential) | undefined {
  const scheme = /^[^ ]*/.exec(value)?.[0].toLowerCase();
  if (scheme === "payment") return () => readMpp(value);
  if (name !== "authorization") throw badRequest("Payment-Authorization takes the scheme Payment only");
  if (scheme === "l402" || scheme === "lsat") return () => readL402(value);
  const token = /^bearer +(pw_\S+)$/i.exec(value)?.[1];
  return token === undefined ? undefined : () => ({ wire: "access", token });
}

function readX402(value: string): Credential {
  const payload = readPaymentPayload(decode(value, "any"));
  if (payload === undefined) throw malformed("The header is not an x402 payment payload");
  return { wire: "x402", version: payload.x402Version, payload };
}

function readMpp(value: string): Credential {
  const token = /^payment +(\S+)$/i.exec(value)?.[1];
  if (token === undefined) throw badRequest("Payment takes one base64url token");
  const credential = readPaymentCredential(decode(token, "url"));
  if (credential === undefined) throw malformed("The token is not a Payment credential");
  return { wire: "mpp", credential };
}

function readL402(value: string): Credential {
  const credential = parseL402Credential(value);
  if (credential) return { wire: "l402", ...credential };
  const token = /^\S+ +([^:,]*)/.exec(value)?.[1] ?? "";
  if (fromBase64(token) === undefined) throw badRequest("The macaroon is not base64");
  throw malformed("L402 takes a macaroon, a colon and a preimage of 64 hex digits");
}

function decode(value: string, alphabet: "any" | "url"): Json {
  const decoded = decodeBase64Json(value, alphabet);
  if (decoded.ok) return decoded.value;
  if (decoded.fault === "bytes") throw badRequest("The credential is not base64 of UTF-8");
  if (decoded.fault === "duplicate") throw badRequest("The credential names a member twice");
  throw malformed("The credential is not JSON");
}

function badRequest(detail: string): PaywallError {
  return new PaywallError("bad_request", { detail });
}

function malformed(detail: string): PaywallError {
  return new PaywallError("malformed_credential", { detail });
}
