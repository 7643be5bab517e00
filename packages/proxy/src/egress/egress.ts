import { PaywallError } from "@x402-paywall/core";
import { Pool } from "undici";
import type { Dispatcher } from "undici";
import { createConnector } from "./connector.ts";
import type { ConnectorOptions } from "./connector.ts";
import { inspect } from "./inspect.ts";
import type { InspectOptions, Inspection } from "./inspect.ts";
import type { EgressPolicy } from "./policy.ts";
import { requireUpstreamUrl } from "./upstream-url.ts";

export interface EgressOptions extends ConnectorOptions {
  /** Sockets to one origin at once; each open stream holds one. Default 1024. */
  readonly connections?: number;
  /** Origins whose idle sockets are kept. Default 1000. */
  readonly maxOrigins?: number;
}

/** Outbound connections to URLs that users set: each goes through the policy, none follows a redirect. */
export interface Egress {
  readonly policy: EgressPolicy;
  /** The pool of an origin as {@link requireUpstreamUrl} gives it. */
  dispatcher(origin: string): Dispatcher;
  /**
   * Looks at a URL once and reads at most so many bytes of the answer.
   * @throws PaywallError `upstream_url_rejected`, `upstream_is_self`, or as `toUpstreamError` says.
   */
  inspect(url: unknown, options?: InspectOptions): Promise<Inspection>;
  /** Waits for what is under way; then closes all sockets. */
  close(): Promise<void>;
  /** Closes all sockets now. */
  destroy(): Promise<void>;
}

/** @example const egress = createEgress(createEgressPolicy({ allow: "127.0.0.1:4030", self: [contentUrl] })); */
export function createEgress(policy: EgressPolicy, options: EgressOptions = {}): Egress {
  const connect = createConnector(policy, options);
  const pools = new Map<string, Pool>();
  const maxOrigins = options.maxOrigins ?? 1000;
  let closed = false;

  const open = (origin: string): Pool => {
    if (closed) throw new PaywallError("upstream_unreachable", { detail: "The gateway is stopping." });
    const pool = new Pool(origin, {
      connect,
      connections: options.connections ?? 1024,
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: 16_384,
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 60_000,
      keepAliveTimeoutThreshold: 2000,
      strictContentLength: true,
    });
    pools.set(origin, pool);
    for (const [oldest, idle] of pools) {
      if (pools.size <= maxOrigins) break;
      pools.delete(oldest);
      void idle.close();
    }
    return pool;
  };

  const dispatcher = (origin: string): Pool => pools.get(origin) ?? open(origin);
  const end = async (how: "close" | "destroy"): Promise<void> => {
    closed = true;
    await Promise.all([...pools.values()].map((pool) => pool[how]()));
  };
  return {
    policy,
    dispatcher,
    inspect: async (url, inspectOptions) => {
      const upstream = requireUpstreamUrl(url, policy);
      return inspect(dispatcher(upstream.origin), upstream, inspectOptions);
    },
    close: () => end("close"),
    destroy: () => end("destroy"),
  };
}
