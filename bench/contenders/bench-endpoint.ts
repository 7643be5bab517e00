import type { Endpoint } from "@x402-paywall/proxy";

/** A cent a request, all below the upstream. */
export function benchEndpoint(slug: string, origin: string, more: Partial<Endpoint>): Endpoint {
  return {
    id: `ep_bench_${slug}`,
    workspaceId: "ws_bench",
    slug,
    version: 1,
    mode: "test",
    status: "active",
    title: "Bench",
    description: "",
    creatorName: "Bench",
    upstream: {
      origin,
      basePath: "",
      baseQuery: "",
      match: "prefix",
      headers: [],
      headTimeoutMs: 30_000,
      idleTimeoutMs: 60_000,
      maxRequestBytes: 1 << 20,
    },
    defaultPrice: { model: "per-request", amount: 10_000n, version: 1 },
    routes: [],
    wires: ["x402"],
    rails: ["sandbox"],
    binding: { query: true, body: false },
    passAuthorization: false,
    browserAccessSeconds: 3600,
    kind: "json",
    formerPrices: [],
    revoked: new Set(),
    ...more,
  };
}
