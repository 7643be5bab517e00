import type { HeaderList } from "@x402-paywall/core";

/** Fields that speak of one connection only (RFC 9110, 7.6.1, and their undead relatives); lower-case. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What decides where a message goes and where it ends must not disappear because a sender nominates it. */
const NEVER_NOMINATED: ReadonlySet<string> = new Set([
  "host",
  "content-length",
  "content-type",
  "content-encoding",
]);
const NONE: ReadonlySet<string> = new Set();

/** Lower-case names that the `Connection` fields nominate for removal. */
export function nominatedFields(headers: HeaderList): ReadonlySet<string> {
  let names: Set<string> | undefined;
  for (const [name, value] of headers) {
    if (name.length !== 10 || name.toLowerCase() !== "connection") continue;
    for (const part of value.split(",")) {
      const token = part.trim().toLowerCase();
      if (token === "" || token === "close" || token === "keep-alive" || NEVER_NOMINATED.has(token)) continue;
      names ??= new Set();
      names.add(token);
    }
  }
  return names ?? NONE;
}
