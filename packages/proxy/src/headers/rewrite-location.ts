import { isCanonicalPath } from "../canonical-path.ts";

/** Where an endpoint's upstream is, and where it is shown. */
export interface LocationContext {
  readonly origin: string;
  readonly basePath: string;
  readonly baseQuery: string;
  readonly match: "exact" | "prefix";
  /** Raw target that was asked of the upstream: relative references start there. */
  readonly upstreamTarget: string;
  /** Our path in front of what is below the base: `/p/slug`. */
  readonly publicBase: string;
}

/**
 * Turns the upstream's `Location` into ours, where it stays inside of the registered base.
 * @returns `undefined` for everything else: nobody is sent anywhere in the creator's name.
 */
export function rewriteLocation(location: string, context: LocationContext): string | undefined {
  const { origin, match, publicBase } = context;
  // URL parsers drop tabs and line ends and turn backslashes; a browser and we must not read two things.
  if (location === "" || /[^\x21-\x7e]|\\/.test(location)) return undefined;
  const base = `${origin}${context.upstreamTarget}`;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  if (url.origin !== origin || url.username !== "" || url.password !== "") return undefined;
  const below = pathBelow(url.pathname, context.basePath, match);
  if (below === undefined || !isCanonicalPath(below)) return undefined;
  return `${publicBase}${below}${publicQuery(url.search, context.baseQuery)}${url.hash}`;
}

function pathBelow(path: string, basePath: string, match: "exact" | "prefix"): string | undefined {
  if (match === "exact") return path === basePath ? "" : undefined;
  const prefix = basePath.endsWith("/") ? basePath.slice(0, -1) : basePath;
  if (path === prefix) return "";
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

/** The registered query is the creator's (it may hold a key) and is joined in again on the next request. */
function publicQuery(search: string, baseQuery: string): string {
  const registered = new Set(baseQuery.split("&"));
  const kept = search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "" && !registered.has(pair));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}
