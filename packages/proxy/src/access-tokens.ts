import type { Entitlement, KeyRing } from "@x402-paywall/core";
import { readAccessToken } from "@x402-paywall/core";

const MAX_ENTRIES = 1000;

/** What is inside an access token of ours. @param now Unix seconds. */
export type ReadAccess = (token: string, now: number) => Entitlement | undefined;

/**
 * Reads access tokens, and keeps what it verified: a pass comes with each of many requests. Only whole tokens that were
 * good are kept, so nobody can fill the memory with others; expiry is asked each time.
 */
export function createAccessReader(keys: KeyRing, maxEntries = MAX_ENTRIES): ReadAccess {
  const verified = new Map<string, Entitlement>();
  return (token, now) => {
    const known = verified.get(token);
    if (known !== undefined && (known.kind !== "pass" || known.expiresAt > now)) return known;
    const entitlement = readAccessToken(token, keys, now);
    if (entitlement === undefined) {
      verified.delete(token);
      return undefined;
    }
    if (verified.size >= maxEntries) {
      const [oldest] = verified.keys();
      if (oldest !== undefined) verified.delete(oldest);
    }
    verified.set(token, entitlement);
    return entitlement;
  };
}
