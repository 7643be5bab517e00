import { PaywallError } from "@x402-paywall/core";
import { type OwnResource, parseResource, parseTarget, type Target } from "./target.ts";

/** How endpoints lie in a URL space: what a target names, and how it is written. */
export interface Site {
  /** @returns `undefined` for targets that are not ours. @throws PaywallError `bad_target` */
  parse(raw: string): Target | undefined;
  /** Path and query of what a target names. */
  resource(target: Target): string;
  /** Path of one of our own resources. */
  own(slug: string, resource: OwnResource): string;
  /** Path above everything of an endpoint, without a slash at the end: what a cookie is set for. */
  home(slug: string): string;
}

/** The gateway's: each endpoint below `/p/<slug>`, our own resources beside its paths. */
export const slugSite: Site = {
  parse: parseTarget,
  resource: ({ slug, path, query }) => `/p/${slug}${path}${query === "" ? "" : `?${query}`}`,
  own: (slug, resource) => `/p/${slug}/.${resource}`,
  home: (slug) => `/p/${slug}`,
};

/** Where an embedding application serves our own resources. */
export const OWN_BASE = "/.paywall";
const OWN_NAMES: ReadonlySet<string> = new Set<OwnResource>([
  "status",
  "unlock",
  "info",
  "topup",
  "pay",
  "raw",
  "wallet.js",
]);

/** One application is one endpoint: its paths are its own, ours are below `/.paywall`. */
export function rootSite(slug: string): Site {
  return {
    parse(raw) {
      if (!raw.startsWith("/"))
        throw new PaywallError("bad_target", { detail: "Not an origin-form target." });
      const { path, query } = parseResource(raw);
      const name = path.startsWith(`${OWN_BASE}/`) ? path.slice(OWN_BASE.length + 1) : "";
      return { slug, path, query, own: isOwn(name) ? name : null };
    },
    resource: ({ path, query }) => `${path}${query === "" ? "" : `?${query}`}`,
    own: (_, resource) => `${OWN_BASE}/${resource}`,
    home: () => "",
  };
}

function isOwn(name: string): name is OwnResource {
  return OWN_NAMES.has(name);
}
