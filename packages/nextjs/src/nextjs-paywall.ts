import { type AtomicStore, createMemoryStore, type RequestHead } from "@x402-paywall/proxy";
import type {
  EmbeddedPaywall,
  PaywallConfig,
  PriceInput,
  Ticket,
  UsageReport,
} from "@x402-paywall/proxy/embed";
import { checkPrice, PaywallConfigError } from "@x402-paywall/proxy/embed";
import { createFetchHandler, type FetchContext, serveHandler } from "@x402-paywall/proxy/fetch";
import { createNodePaywall, createUpstreamEgress } from "@x402-paywall/proxy/embed/node";
import { createNodeForwarder } from "@x402-paywall/proxy/node";
import type { NextRequest } from "next/server.js";

/** A route handler of the app router. */
export type RouteHandler<Context> = (request: NextRequest, context: Context) => Response | Promise<Response>;

/** Next's own context of a route (`params`), and where the handler says what its answer used. */
export type PaidContext<Context> = Context & { readonly usage: UsageReport };

export interface NextPaywall {
  /**
   * A route handler with a price; without one, that of `routes` for its path.
   * @example export const GET = withPaywall(() => Response.json({ sky: "blue" }), "$0.01");
   * @throws PaywallConfigError, also with a request for which `routes` has no price: nothing is given away by a slip.
   */
  readonly withPaywall: <Context extends object>(
    handler: RouteHandler<PaidContext<Context>>,
    price?: PriceInput,
  ) => RouteHandler<Context>;
  /**
   * Route handlers of a catch-all route below `mount`, served from an upstream.
   * @example export const { GET, POST } = gateway("https://api.example.com", "$0.01", "/api");
   * @throws PaywallConfigError
   */
  readonly gateway: (
    upstream: string,
    price: PriceInput,
    mount: string,
  ) => Readonly<Record<Method, RouteHandler<object>>>;
  /** For `app/.paywall/[...path]/route.ts`: receipts, their keys, the payment page's own requests. */
  readonly handlers: Readonly<Record<"GET" | "POST" | "OPTIONS", RouteHandler<object>>>;
}

type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/**
 * The paywall of a Next.js application, in one module that its routes import. What `config` says is checked with the first
 * request, not at import: `next build` imports routes where there is no secret yet. Prices of routes are checked at once.
 * @example export const { withPaywall, handlers } = createPaywall({ secret: process.env.PAYWALL_SECRET, url });
 */
export function createPaywall(config: PaywallConfig): NextPaywall {
  let opened: EmbeddedPaywall | undefined;
  const open = (): EmbeddedPaywall =>
    (opened ??= createNodePaywall(config, (clock) => sharedStore(config.name, clock)));
  const onError = (error: unknown): void => open().log({ event: "internal_error", error });
  const find = (request: Request): Ticket | undefined => open().find(request.method, targetOf(request));
  const findListed = (request: Request): Ticket => {
    const ticket = find(request);
    if (ticket !== undefined) return ticket;
    const route = `${request.method} ${targetOf(request).split("?", 1)[0]}`;
    const fix = 'Add it, or give withPaywall a price; "$0" gives a route away.';
    throw new PaywallConfigError("routes", `There is no price for ${route}.`, fix);
  };
  const serve = (
    request: Request,
    ticket: Ticket,
    handle: (usage: UsageReport) => Response | Promise<Response>,
  ) =>
    serveHandler({
      request,
      ticket,
      handle,
      context: contextOf(request),
      docsBase: open().docsBase,
      onError,
    });

  return {
    withPaywall(handler, price) {
      if (price !== undefined) checkPrice(price);
      const charge = price === undefined ? undefined : once(() => open().charge(price));
      return (request, context) => {
        const handle = (usage: UsageReport) => handler(request, { ...context, usage });
        return serve(request, charge === undefined ? findListed(request) : charge()(), handle);
      };
    },
    gateway(upstream, price, mount) {
      checkPrice(price);
      const handle = once(() => {
        const ticket = open().gateway(upstream, price)(mount);
        const forwarder = createNodeForwarder(createUpstreamEgress(upstream));
        const authorizer = { authorize: (asked: RequestHead) => ticket.authorize(asked) };
        return createFetchHandler(authorizer, { forwarder, docsBase: open().docsBase, onError });
      });
      return forEach(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], (request) =>
        handle()(request, contextOf(request)),
      );
    },
    handlers: forEach(["GET", "POST", "OPTIONS"], (request) => {
      const ticket = find(request);
      return ticket === undefined ? missing() : serve(request, ticket, missing);
    }),
  };
}

function missing(): Response {
  return new Response(null, { status: 404 });
}

const stores: typeof globalThis & { paywallStores?: Map<string, AtomicStore> } = globalThis;

/** Routes are bundled apart, each with a copy of the module that they import: what they remember must be one. */
function sharedStore(name = "app", clock: () => number): AtomicStore {
  const shared = (stores.paywallStores ??= new Map());
  const known = shared.get(name) ?? createMemoryStore(clock);
  shared.set(name, known);
  return known;
}

/** Behind Next there is no socket to ask: the address is what the server in front wrote last. */
function contextOf(request: Request): FetchContext {
  return { remoteAddress: request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "" };
}

function targetOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return `${pathname}${search}`;
}

function forEach<Name extends Method>(
  methods: readonly Name[],
  handler: RouteHandler<object>,
): Readonly<Record<Name, RouteHandler<object>>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the names that it was given
  return Object.fromEntries(methods.map((name) => [name, handler])) as Record<Name, RouteHandler<object>>;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
