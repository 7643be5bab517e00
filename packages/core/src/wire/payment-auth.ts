import { fromBase64Url, toBase64Url } from "../base64.ts";
import { equalBytes, fromUtf8, utf8 } from "../bytes.ts";
import { canonicalJson, isJsonObject } from "../canonical-json.ts";
import type { Json, JsonObject } from "../canonical-json.ts";
import type { Hmac } from "../crypto.ts";
import type { KeyRing } from "../keys.ts";
import { parseJson } from "../parse-json.ts";
import { formatAuthElement, parseAuthElements } from "./auth-params.ts";

/** The `Payment` HTTP authentication scheme (draft-ryan-httpauth-payment). `request` stays the opaque wire string. */
export interface PaymentChallenge {
  readonly id: string;
  readonly realm: string;
  readonly method: string;
  readonly intent: string;
  readonly request: string;
  readonly expires?: string;
  readonly digest?: string;
  readonly description?: string;
  readonly opaque?: string;
}

export interface PaymentCredential {
  readonly challenge: PaymentChallenge;
  readonly source?: string;
  readonly payload: JsonObject;
}

const required = ["id", "realm", "method", "intent", "request"] as const;
const optional = ["expires", "description", "opaque", "digest"] as const;

/**
 * `id` of a challenge: base64url HMAC-SHA256 over the seven bound slots, exactly as they are on the wire, absent ones
 * empty. `description` is not bound.
 */
export function challengeId(challenge: Omit<PaymentChallenge, "id">, hmac: Hmac): string {
  return toBase64Url(bindSlots(challenge, hmac));
}

function bindSlots(challenge: Omit<PaymentChallenge, "id">, hmac: Hmac): Uint8Array {
  const { realm, method, intent, request, expires = "", digest = "", opaque = "" } = challenge;
  return hmac(utf8([realm, method, intent, request, expires, digest, opaque].join("|")));
}

/** Value of a `WWW-Authenticate` line. */
export function formatPaymentChallenge(challenge: PaymentChallenge): string {
  const params: [string, string][] = required.map((name) => [name, challenge[name]]);
  for (const name of ["expires", "digest", "description", "opaque"] as const) {
    const value = challenge[name];
    if (value !== undefined) params.push([name, value]);
  }
  return formatAuthElement("Payment", params);
}

/** All complete `Payment` challenges of a `WWW-Authenticate` value; incomplete ones are skipped. */
export function parsePaymentChallenges(value: string): readonly PaymentChallenge[] {
  const elements = parseAuthElements(value) ?? [];
  return elements
    .filter((element) => element.scheme === "payment")
    .map((element) => readChallenge(Object.fromEntries(element.params)))
    .filter((challenge) => challenge !== undefined);
}

/** `Payment <base64url>`. Payers say it once for each payment: `btoa` spares browsers the tables of {@link toBase64Url}. */
export function formatPaymentCredential(credential: PaymentCredential): string {
  const bytes = Array.from(utf8(JSON.stringify(credential)), (byte) => String.fromCharCode(byte));
  const text = btoa(bytes.join("")).replaceAll("+", "-").replaceAll("/", "_");
  return `Payment ${text.replace(/=+$/, "")}`;
}

/** Reads an `Authorization` or `Payment-Authorization` value. */
export function parsePaymentCredential(value: string): PaymentCredential | undefined {
  const token = /^payment +([A-Za-z0-9_=-]+)$/i.exec(value.trim())?.[1];
  return token === undefined ? undefined : readPaymentCredential(decodeJson(token));
}

/** The credential inside of decoded JSON. */
export function readPaymentCredential(json: Json | undefined): PaymentCredential | undefined {
  if (!isJsonObject(json) || !isJsonObject(json.challenge) || !isJsonObject(json.payload)) return undefined;
  const { source, payload } = json;
  const challenge = readChallenge(json.challenge);
  if (challenge === undefined || (source !== undefined && typeof source !== "string")) return undefined;
  return { challenge, ...(source === undefined ? {} : { source }), payload };
}

/** Members that are unknown are left out; those that are known must be strings, the required ones not empty. */
function readChallenge(members: JsonObject): PaymentChallenge | undefined {
  const { id, realm, method, intent, request } = members;
  if (!isText(id) || !isText(realm) || !isText(method) || !isText(intent) || !isText(request))
    return undefined;
  const rest: Partial<Record<(typeof optional)[number], string>> = {};
  for (const name of optional) {
    const value = members[name];
    if (typeof value === "string") rest[name] = value;
    else if (value !== undefined) return undefined;
  }
  return { id, realm, method, intent, request, ...rest };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Encodes a challenge's `request` (or `opaque`): base64url of canonical JSON. */
export function encodeChallengeRequest(request: JsonObject): string {
  return toBase64Url(utf8(canonicalJson(request)));
}

/** Reads a challenge's `request` (or `opaque`). */
export function decodeChallengeRequest(request: string): JsonObject | undefined {
  const json = decodeJson(request);
  return isJsonObject(json) ? json : undefined;
}

function decodeJson(encoded: string): Json | undefined {
  const bytes = fromBase64Url(encoded);
  const text = bytes === undefined ? undefined : fromUtf8(bytes);
  return text === undefined ? undefined : parseJson(text);
}

export type ChallengeVerification =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: "invalid_challenge" | "payment_expired";
      readonly detail: string;
    };

/**
 * Whether the echoed challenge is one of ours (any key of the ring, constant time) and still open. `payment_expired`
 * is said only of our own: what was paid before may still be owed.
 */
export function verifyPaymentChallenge(
  credential: PaymentCredential,
  context: {
    readonly keys: KeyRing;
    /** Unix seconds. */
    readonly now: number;
  },
): ChallengeVerification {
  const { challenge } = credential;
  const { realm, method, intent, request, expires = "", digest = "", opaque = "" } = challenge;
  // The delimiter is not escaped: under a realm that contains it, two different challenges could share one id.
  const ambiguous = [realm, method, intent, request, expires, digest, opaque].some((slot) =>
    slot.includes("|"),
  );
  const id = fromBase64Url(challenge.id);
  const ours =
    id !== undefined &&
    context.keys.hmacs("challenge").some((hmac) => equalBytes(bindSlots(challenge, hmac), id));
  if (ambiguous || !ours) {
    return {
      ok: false,
      code: "invalid_challenge",
      detail: "The challenge was not issued here, or was changed",
    };
  }
  if (expires === "") return { ok: true };
  const end = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expires) ? Date.parse(expires) : Number.NaN;
  if (end > context.now * 1000) return { ok: true };
  return { ok: false, code: "payment_expired", detail: `The challenge expired at ${expires}` };
}
