import { PaywallError } from "@x402-paywall/core";
import { isCanonicalPath } from "./canonical-path.ts";

/** A request target, parsed once: the same object serves price, binding and forwarding. */
export interface Target {
  readonly slug: string;
  /** Raw path below the slug: empty or starting with `/`. */
  readonly path: string;
  /** Raw query without `?`; empty where there is none. */
  readonly query: string;
  /** One of our own resources below the slug, never forwarded. */
  readonly own: OwnResource | null;
}

export type OwnResource = "status" | "unlock" | "info" | "topup" | "pay" | "raw" | "wallet.js";

const OWN: ReadonlyMap<string, OwnResource> = new Map([
  ["/.status", "status"],
  ["/.unlock", "unlock"],
  ["/.info", "info"],
  ["/.topup", "topup"],
  ["/.pay", "pay"],
  ["/.raw", "raw"],
  ["/.wallet.js", "wallet.js"],
]);

const MAX_BYTES = 8192;
const MAX_QUERY_KEYS = 1000;
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;
/** What URL parsers rewrite or cut in a query: controls, space, quotes, angle brackets, `#`, `\`, non-ASCII. */
const BAD_QUERY = /[^!$%&'()*+,\-./0-9:;=?@A-Z[\]^_`a-z{|}~]/;

/**
 * Parses a raw origin-form target `/p/<slug><path>?<query>`, keeping every byte.
 * @returns `undefined` for targets that are not below `/p/`, or whose slug no endpoint can have.
 * @throws PaywallError `bad_target` where parsers could disagree about what the target means.
 */
export function parseTarget(raw: string): Target | undefined {
  if (raw.length > MAX_BYTES) throw tooLong();
  if (!raw.startsWith("/")) throw refuse("Only origin-form targets are served.");
  if (!raw.startsWith("/p/")) {
    if (raw.startsWith("//") || raw.startsWith("/\\")) throw refuse("The target names another host.");
    return undefined;
  }
  const { slug, path, query } = split(raw.slice(3));
  checkCanonical(path, query);
  if (!SLUG.test(slug)) {
    if (/^[A-Za-z0-9_-]*$/.test(slug)) return undefined;
    throw refuse("The slug is not canonical.");
  }
  return { slug, path, query, own: OWN.get(path) ?? null };
}

/**
 * Path and query of a target that an application's own router understands; as strict as {@link parseTarget}.
 * @throws PaywallError `bad_target`
 */
export function parseResource(raw: string): { readonly path: string; readonly query: string } {
  if (raw.length > MAX_BYTES) throw tooLong();
  const { slug, path, query } = split(raw);
  checkCanonical(`${slug}${path}`, query);
  return { path: `${slug}${path}`, query };
}

function split(text: string): { readonly slug: string; readonly path: string; readonly query: string } {
  const question = text.indexOf("?");
  const whole = question < 0 ? text : text.slice(0, question);
  const query = question < 0 ? "" : text.slice(question + 1);
  const slash = whole.indexOf("/");
  const slug = slash < 0 ? whole : whole.slice(0, slash);
  return { slug, path: slash < 0 ? "" : whole.slice(slash), query };
}

function checkCanonical(path: string, query: string): void {
  if (!isCanonicalPath(path)) throw refuse("The path is not canonical.");
  if (BAD_QUERY.test(query)) throw refuse("The query holds characters that must be percent-encoded.");
  if (countKeys(query) > MAX_QUERY_KEYS) throw refuse("The query has more than 1000 keys.");
}

function tooLong(): PaywallError {
  return refuse("The target is longer than 8192 bytes.");
}

function countKeys(query: string): number {
  if (query === "") return 0;
  let keys = 1;
  for (let at = query.indexOf("&"); at >= 0; at = query.indexOf("&", at + 1)) keys++;
  return keys;
}

function refuse(detail: string): PaywallError {
  return new PaywallError("bad_target", { detail });
}
