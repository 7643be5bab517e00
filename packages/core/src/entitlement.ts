import { fromBase64Url, toBase64Url } from "./base64.ts";
import { equalBytes, fromUtf8, utf8 } from "./bytes.ts";
import type { Crypto } from "./crypto.ts";
import { currentHmac } from "./keys.ts";
import type { KeyRing } from "./keys.ts";
import type { Mode } from "./quote.ts";

/** `pass`: each request until it expires, nothing is written; `uses` and `balance` are counted in the store. */
export type EntitlementKind = "pass" | "uses" | "balance";

/** What a payment bought. */
export interface Entitlement {
  /** `ent_` and 22 base64url characters. */
  readonly id: string;
  readonly kind: EntitlementKind;
  readonly mode: Mode;
  readonly endpointId: string;
  /** A binding hash (one resource), {@link ruleScope} (what one price rule prices), or `"*"` (the whole endpoint). */
  readonly scope: string;
  /** Unix seconds. In the token of a counted entitlement 0: only the store knows, because a top-up prolongs it. */
  readonly expiresAt: number;
}

/** Scope of an entitlement to whatever one price rule prices; `null` is the endpoint's default price. */
export function ruleScope(routeId: string | null): string {
  return routeId === null ? "rule_default" : `rule_${routeId}`;
}

/** The money's own identity decides: the same payment is the same entitlement, however often it is presented. */
export function entitlementIdOf(paymentKey: string, crypto: Crypto): string {
  return `ent_${toBase64Url(crypto.sha256(utf8(`entitlement/${paymentKey}`)).subarray(0, 16))}`;
}

const id = "([A-Za-z0-9_-]{1,64})";
const kinds: Readonly<Record<string, EntitlementKind>> = { p: "pass", u: "uses", b: "balance" };
const pattern = new RegExp(`^e1~([pub])~${id}~([tl])~${id}~([A-Za-z0-9_-]{1,80}|\\*)~(0|[1-9]\\d{0,14})$`);

/** A bearer token: `pw_<entitlement>.<mac>`, cookie-safe. @throws RangeError for odd identifiers. */
export function formatAccessToken(entitlement: Entitlement, keys: KeyRing): string {
  const { kind, mode, endpointId, scope } = entitlement;
  const expiresAt = kind === "pass" ? entitlement.expiresAt : 0;
  const text = `e1~${kind.slice(0, 1)}~${entitlement.id}~${mode.slice(0, 1)}~${endpointId}~${scope}~${expiresAt}`;
  if (!pattern.test(text)) throw new RangeError("The entitlement has no printable form");
  const payload = utf8(text);
  return `pw_${toBase64Url(payload)}.${toBase64Url(currentHmac(keys, "access")(payload))}`;
}

/**
 * The entitlement inside a token of ours; a pass only while it has not expired. The caller checks endpoint, mode and
 * scope, and asks the store about the counted kinds.
 * @param now Unix seconds.
 */
export function readAccessToken(token: string, keys: KeyRing, now: number): Entitlement | undefined {
  const parts = /^pw_([A-Za-z0-9_-]{1,400})\.([A-Za-z0-9_-]{43})$/.exec(token);
  const payload = fromBase64Url(parts?.[1] ?? "=");
  const mac = fromBase64Url(parts?.[2] ?? "=");
  if (payload === undefined || mac === undefined) return undefined;
  if (!keys.hmacs("access").some((hmac) => equalBytes(hmac(payload), mac))) return undefined;
  const match = pattern.exec(fromUtf8(payload) ?? "");
  if (!match) return undefined;
  const [, letter = "", entitlementId = "", mode, endpointId = "", scope = "", until] = match;
  const kind = kinds[letter];
  const expiresAt = Number(until);
  if (kind === undefined || (kind === "pass" && expiresAt <= now)) return undefined;
  return { id: entitlementId, kind, mode: mode === "l" ? "live" : "test", endpointId, scope, expiresAt };
}

/** Cookies of ours start with this; pass it to `readCredential`. */
export const accessCookiePrefix = "pw_access_";

/** One cookie for each scope, so that two paid resources of one endpoint do not overwrite each other. */
export function accessCookieName(scope: string): string {
  return accessCookiePrefix + (scope === "*" ? "all" : scope.slice(0, 27));
}
