import type { Endpoint, Upstream } from "../endpoint.ts";
import { PaywallConfigError } from "./config-error.ts";
import type { PaywallConfig, ResolvedConfig } from "./config.ts";

const MAX_REQUEST_BYTES = 1_073_741_824;
const HEAD_TIMEOUT_MS = 60_000;
const IDLE_TIMEOUT_MS = 120_000;
const BROWSER_ACCESS_SECONDS = 86_400;

/** The application as the engine knows it: one endpoint that answers itself. */
export function appEndpoint(
  config: PaywallConfig,
  { name, url, mode, wires, rails }: ResolvedConfig,
): Endpoint {
  return {
    id: `ep_${name}`,
    workspaceId: `ws_${name}`,
    slug: name,
    version: 1,
    mode,
    status: "active",
    title: config.title ?? "",
    description: config.description ?? "",
    // A page that names nobody would say "by" and stop.
    creatorName: config.creator ?? new URL(url).host,
    kind: "json",
    upstream: { ...NO_UPSTREAM, firstParty: true },
    // Never reached by a request: each comes with a rule of its own.
    defaultPrice: { model: "per-request", amount: 1_000_000n, version: 1 },
    routes: [],
    wires,
    rails: rails.map((rail) => rail.id),
    binding: { query: true, body: false },
    passAuthorization: false,
    browserAccessSeconds: BROWSER_ACCESS_SECONDS,
    formerPrices: [],
    revoked: new Set(),
  };
}

/** What an upstream has beside its address. */
export const NO_UPSTREAM: Upstream = {
  origin: "app://self",
  basePath: "/",
  baseQuery: "",
  match: "prefix",
  headers: [],
  headTimeoutMs: HEAD_TIMEOUT_MS,
  idleTimeoutMs: IDLE_TIMEOUT_MS,
  maxRequestBytes: MAX_REQUEST_BYTES,
};

/** What the code of the application itself names as an upstream. @throws PaywallConfigError */
export function readUpstream(upstream: string): Pick<Upstream, "origin" | "basePath" | "baseQuery"> {
  const url = URL.parse(upstream);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.hash !== "") {
    throw new PaywallConfigError(
      "gateway",
      `"${upstream}" is no http(s) URL.`,
      'Write "https://api.example.com/v1".',
    );
  }
  return { origin: url.origin, basePath: url.pathname, baseQuery: url.search.slice(1) };
}
