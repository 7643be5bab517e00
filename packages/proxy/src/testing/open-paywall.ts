import { PaywallError, toProblem } from "@x402-paywall/core";
import { decideCharge } from "../charge-policy.ts";
import type { Authorizer, Decision, Grant, RequestHead } from "../decision.ts";
import type { Endpoint, Upstream } from "../endpoint.ts";
import { filterRequestHeaders, filterResponseHeaders } from "../headers/index.ts";
import { upstreamTarget } from "../match.ts";
import { parseTarget } from "../target.ts";

export type GrantEnd =
  | { readonly end: "finish"; readonly complete: boolean; readonly bytes: number }
  | { readonly end: "fail"; readonly code: string };

/** An engine without money for tests of transports: grants what is below `/p/`, and remembers how each grant ended. */
export interface OpenPaywall extends Authorizer {
  readonly ends: GrantEnd[];
  readonly seen: RequestHead[];
  /** Milliseconds that each commit takes. Default 0. */
  commitDelayMs: number;
  /** Decides in place of the grant where set. */
  refuse: ((request: RequestHead) => Decision | Promise<Decision> | undefined) | undefined;
}

/** @param upstream Origin `http://127.0.0.1:<port>`; the base path is `/base`. */
export function createOpenPaywall(upstream: string, overrides: Partial<Upstream> = {}): OpenPaywall {
  const endpoint = openEndpoint(upstream, overrides);
  const paywall: OpenPaywall = {
    ends: [],
    seen: [],
    commitDelayMs: 0,
    refuse: undefined,
    authorize: (request) => {
      paywall.seen.push(request);
      const refused = paywall.refuse?.(request);
      if (refused !== undefined) return refused;
      try {
        const target = parseTarget(request.target);
        if (target === undefined) return { kind: "passthrough" };
        return {
          kind: "granted",
          grant: openGrant(paywall, endpoint, request, upstreamTarget(endpoint, target)),
        };
      } catch (error) {
        return { kind: "refused", ...problem(error) };
      }
    },
  };
  return paywall;
}

function openGrant(paywall: OpenPaywall, endpoint: Endpoint, request: RequestHead, target: string): Grant {
  const { upstream, passAuthorization } = endpoint;
  return {
    endpoint,
    upstreamTarget: target,
    upstreamHeaders: filterRequestHeaders(request.headers, {
      host: new URL(upstream.origin).host,
      creatorHeaders: upstream.headers,
      passAuthorization,
      viaToken: "open-paywall",
    }),
    commit: async (head) => {
      if (paywall.commitDelayMs > 0)
        await new Promise((resolve) => setTimeout(resolve, paywall.commitDelayMs));
      const headers = filterResponseHeaders(head, {
        ...upstream,
        upstreamTarget: target,
        publicBase: `/p/${endpoint.slug}`,
      });
      decideCharge(head.status);
      return { status: head.status, headers };
    },
    finish: async ({ complete, bytes }) => void paywall.ends.push({ end: "finish", complete, bytes }),
    fail: async (error) => {
      const known = toKnown(error);
      paywall.ends.push({ end: "fail", code: known.code });
      return problem(known);
    },
  };
}

function toKnown(error: unknown): PaywallError {
  return error instanceof PaywallError ? error : new PaywallError("internal", { cause: error });
}

function problem(error: unknown): ReturnType<Grant["fail"]> extends Promise<infer Answer> ? Answer : never {
  const known = toKnown(error);
  const body = Buffer.from(JSON.stringify(toProblem(known, "https://paywall.example/docs")));
  return { head: { status: known.status, headers: [["Content-Type", "application/problem+json"]] }, body };
}

function openEndpoint(origin: string, overrides: Partial<Upstream>): Endpoint {
  return {
    id: "ep_open",
    workspaceId: "ws_open",
    slug: "open",
    version: 1,
    mode: "test",
    status: "active",
    title: "",
    description: "",
    creatorName: "",
    upstream: {
      origin,
      basePath: "/base",
      baseQuery: "",
      match: "prefix",
      headers: [],
      headTimeoutMs: 30_000,
      idleTimeoutMs: 30_000,
      maxRequestBytes: 64 * 1024 * 1024,
      ...overrides,
    },
    kind: "json",
    formerPrices: [],
    revoked: new Set(),
    defaultPrice: { model: "per-request", amount: 0n, version: 1 },
    routes: [],
    wires: [],
    rails: [],
    binding: { query: true, body: false },
    passAuthorization: false,
    browserAccessSeconds: 0,
  };
}
