import { fromBase64Url, toBase64Url } from "./base64.ts";
import { equalBytes, fromUtf8, utf8 } from "./bytes.ts";
import { currentHmac } from "./keys.ts";
import type { KeyRing } from "./keys.ts";
import type { Mode } from "./quote.ts";

/** What a payment bought. Per request: one use. A browser that paid keeps its one resource until `expiresAt`. */
export interface Entitlement {
  /** `ent_` and 22 base64url characters. */
  readonly id: string;
  readonly mode: Mode;
  readonly endpointId: string;
  /** The binding it is good for, or `"*"` for the whole endpoint (time pass). */
  readonly scope: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

const id = "([A-Za-z0-9_-]{1,64})";
const pattern = new RegExp(`^e1~${id}~([tl])~${id}~([A-Za-z0-9_-]{1,64}|\\*)~(0|[1-9]\\d{0,14})$`);

/** A bearer token that needs no row: `pw_<entitlement>.<mac>`, cookie-safe. @throws RangeError for odd identifiers. */
export function formatAccessToken(entitlement: Entitlement, keys: KeyRing): string {
  const { id: entitlementId, mode, endpointId, scope, expiresAt } = entitlement;
  const text = `e1~${entitlementId}~${mode === "live" ? "l" : "t"}~${endpointId}~${scope}~${expiresAt}`;
  if (!pattern.test(text)) throw new RangeError("The entitlement has no printable form");
  const payload = utf8(text);
  return `pw_${toBase64Url(payload)}.${toBase64Url(currentHmac(keys, "access")(payload))}`;
}

/**
 * The entitlement inside a token of ours that has not expired. The caller checks endpoint, mode and scope.
 * @param now Unix seconds.
 */
export function readAccessToken(token: string, keys: KeyRing, now: number): Entitlement | undefined {
  const parts = /^pw_([A-Za-z0-9_-]{1,400})\.([A-Za-z0-9_-]{43})$/.exec(token);
  const payload = fromBase64Url(parts?.[1] ?? "=");
  const mac = fromBase64Url(parts?.[2] ?? "=");
  if (payload === undefined || mac === undefined) return undefined;
  if (!keys.hmacs("access").some((hmac) => equalBytes(hmac(payload), mac))) return undefined;
  const match = pattern.exec(fromUtf8(payload) ?? "");
  const expiresAt = Number(match?.[5]);
  if (!match || expiresAt <= now) return undefined;
  const [, entitlementId = "", mode, endpointId = "", scope = ""] = match;
  return { id: entitlementId, mode: mode === "l" ? "live" : "test", endpointId, scope, expiresAt };
}

/** Cookies of ours start with this; pass it to `readCredential`. */
export const accessCookiePrefix = "pw_access_";

/** One cookie for each scope, so that two paid resources of one endpoint do not overwrite each other. */
export function accessCookieName(scope: string): string {
  return accessCookiePrefix + (scope === "*" ? "all" : scope.slice(0, 12));
}
