import { createEmbeddedPaywall, createUsageReport } from "@x402-paywall/proxy/embed";
import type { EmbeddedPaywall, PaywallConfig, UsageReport } from "@x402-paywall/proxy/embed";
import { serveHandler } from "@x402-paywall/proxy/fetch";
import { sandbox } from "@x402-paywall/proxy/rails/sandbox";
import { webPlatform } from "@x402-paywall/proxy/web";

/** What the runtime hands to a worker; `ExecutionContext` of `@cloudflare/workers-types` fits. */
export interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void;
}

/** The runtime's context, and where the worker says what its answer used. */
export interface PaidContext extends ExecutionContext {
  readonly usage: UsageReport;
}

/** A module worker whose `fetch` answers what was paid for. */
export interface PricedWorker<Env> {
  fetch(request: Request, env: Env, context: PaidContext): Response | Promise<Response>;
  /** Runs after what a crash left was finished. */
  scheduled?(event: unknown, env: Env, context: ExecutionContext): void | Promise<void>;
}

/** What the module exports. */
export interface Worker<Env> {
  fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response>;
  /** Give the worker a cron trigger, once a minute, so that what a crash left is finished. */
  scheduled(event: unknown, env: Env, context: ExecutionContext): Promise<void>;
}

interface WorkersGlobal {
  /** The runtime's own: the only way to send a stream with a `Content-Length`. */
  readonly FixedLengthStream?: new (length: number) => TransformStream<Uint8Array, Uint8Array>;
}

const { FixedLengthStream }: typeof globalThis & WorkersGlobal = globalThis;

function frame(body: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  return FixedLengthStream === undefined ? body : body.pipeThrough(new FixedLengthStream(length));
}

/**
 * A module worker with prices. Timers and sockets of a Worker belong to one request, so each has an engine of its own;
 * what they share is in the store, which must be atomic: D1, not KV.
 * @param configure The secret and the store come with `env`. Throws PaywallConfigError that names the field and the fix.
 * @example
 * export default withPaywall<Env>(
 *   { fetch: () => Response.json({ sky: "blue" }) },
 *   (env) => ({ secret: env.PAYWALL_SECRET, url: env.URL, store: createD1Store(env.DB), routes: { "GET /weather": "$0.01" } }),
 * );
 */
export function withPaywall<Env>(
  worker: PricedWorker<Env>,
  configure: (env: Env) => PaywallConfig,
): Worker<Env> {
  const open = (env: Env): EmbeddedPaywall => createEmbeddedPaywall(configure(env), webPlatform, sandbox());
  return {
    // Its other handlers (`queue`, `email`, …) stay as they are.
    ...worker,
    async fetch(request, env, context) {
      const paywall = open(env);
      const { pathname, search } = new URL(request.url);
      const ticket = paywall.find(request.method, `${pathname}${search}`);
      const waitUntil = (work: Promise<unknown>): void => context.waitUntil(work);
      const handle = (usage: UsageReport) => worker.fetch(request, env, { waitUntil, usage });
      if (ticket === undefined) return handle(createUsageReport());
      const response = await serveHandler({
        request,
        ticket,
        handle,
        docsBase: paywall.docsBase,
        context: { remoteAddress: request.headers.get("cf-connecting-ip") ?? "" },
        onError: (error) => paywall.log({ event: "internal_error", error }),
        waitUntil,
        frame,
      });
      waitUntil(paywall.flush());
      return response;
    },
    async scheduled(event, env, context) {
      await open(env).maintain();
      await worker.scheduled?.(event, env, context);
    },
  };
}
