import { PaywallError } from "@x402-paywall/core";
import type { Endpoint, Route, RulePrice } from "./endpoint.ts";
import type { Target } from "./target.ts";

export interface Match {
  readonly endpoint: Endpoint;
  readonly target: Target;
  /** `null` where the endpoint's default price applies. */
  readonly route: Route | null;
  readonly price: RulePrice;
  /** Only an application knows how it came to this price; the target alone does not lead here again. */
  readonly unlisted?: true;
}

/**
 * Finds the rule that prices a request; what no rule matches costs the endpoint's default price, never nothing.
 * @throws PaywallError `not_found` below an endpoint that serves one URL only.
 */
export function matchRoute(endpoint: Endpoint, method: string, target: Target): Match {
  if (endpoint.upstream.match === "exact" && target.path !== "" && target.path !== "/") {
    throw new PaywallError("not_found", { detail: "This endpoint serves one URL only." });
  }
  if (endpoint.routes.length === 0) return { endpoint, target, route: null, price: endpoint.defaultPrice };
  const path = decodeUnreserved(target.path === "" ? "/" : target.path);
  // A HEAD asks for what GET would answer, so a GET rule prices it; it is still bound as HEAD.
  const asked = method === "HEAD" ? ["HEAD", "GET"] : [method];
  const route = endpoint.routes.find((rule) => matches(rule, asked, path)) ?? null;
  return { endpoint, target, route, price: route?.price ?? endpoint.defaultPrice };
}

/** @throws PaywallError `paused` or `gone`; whoever holds a paid credential is told that it was not used. */
export function assertServing(endpoint: Endpoint, hasCredential: boolean): void {
  if (endpoint.status === "active") return;
  const kept = hasCredential ? " Your payment was not used up." : "";
  if (endpoint.status === "paused") {
    throw new PaywallError("paused", {
      detail: `The creator paused this endpoint.${kept}`,
      retryAfter: PAUSED_RETRY_SECONDS,
    });
  }
  throw new PaywallError("gone", { detail: `The creator archived this endpoint.${kept}` });
}

/** Authority of the upstream, with the port where its URL names one. */
export function upstreamHost(endpoint: Endpoint): string {
  const { origin } = endpoint.upstream;
  return origin.slice(origin.indexOf("//") + 2);
}

/** The raw target to ask of the upstream: origin-form, base included, byte for byte. */
export function upstreamTarget(endpoint: Endpoint, target: Target): string {
  const { basePath, baseQuery, match, mount } = endpoint.upstream;
  const below = match === "exact" ? "" : belowMount(target.path, mount);
  const path =
    below === "" ? basePath : `${basePath.endsWith("/") ? basePath.slice(0, -1) : basePath}${below}`;
  const query = [baseQuery, target.query].filter((part) => part !== "").join("&");
  return query === "" ? path : `${path}?${query}`;
}

/** Byte for byte: what only means the mount in another spelling is refused. */
function belowMount(path: string, mount: string | undefined): string {
  if (mount === undefined) return path;
  const below = path.startsWith(mount) ? path.slice(mount.length) : undefined;
  if (below === undefined || (below !== "" && !below.startsWith("/")))
    throw new PaywallError("bad_target", { detail: `Only paths below ${mount} are served here.` });
  return below;
}

const PAUSED_RETRY_SECONDS = 300;

function matches(rule: Route, methods: readonly string[], path: string): boolean {
  if (rule.methods !== null && !methods.some((method) => rule.methods?.includes(method))) return false;
  const pattern = decodeUnreserved(rule.path);
  return pattern.endsWith("/*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** RFC 3986, 6.2.2.2: `%70` is `p` to every upstream; other encoded characters may mean something of their own. */
function decodeUnreserved(path: string): string {
  if (!path.includes("%")) return path;
  return path.replace(/%([0-9A-Fa-f]{2})/g, (encoded, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded;
  });
}
