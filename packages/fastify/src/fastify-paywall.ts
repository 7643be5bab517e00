import type { ChargeRoute, PaywallConfig, PriceInput, Ticket, UsageReport } from "@x402-paywall/proxy/embed";
import { createUsageReport, PaywallConfigError } from "@x402-paywall/proxy/embed";
import {
  admitRequest,
  createNodePaywall,
  createUpstreamEgress,
  createUpstreamListener,
} from "@x402-paywall/proxy/embed/node";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import plugin from "fastify-plugin";

export interface FastifyPaywallOptions extends PaywallConfig {
  /** Mounts that are served from an upstream: `{ "/api": { upstream: "https://api.example.com", price: "$0.01" } }`. */
  readonly gateways?: Readonly<Record<string, { readonly upstream: string; readonly price: PriceInput }>>;
}

declare module "fastify" {
  interface FastifyRequest {
    /** What the handler says that its answer used: `request.paywall.usage.add({ outputTokens: 12 })`. */
    paywall: { readonly usage: UsageReport };
  }
  interface FastifyContextConfig {
    /** The price of the route. */
    price?: PriceInput;
  }
}

/**
 * The paywall of a Fastify application: prices by `routes` and by each route's `config.price`.
 * Throws PaywallConfigError at registration, naming the field and the fix.
 * @example await app.register(paywall, { secret, url: "http://localhost:3000", routes: { "GET /weather": "$0.01" } });
 */
export const paywall: FastifyPluginAsync<FastifyPaywallOptions> = plugin(register, {
  name: "@x402-paywall/fastify",
  fastify: "5.x",
});

/** Of a route. Fastify adds a HEAD of its own to each GET. */
function methodsOf(method: string | readonly string[]): string {
  const names = [method].flat().map((name) => (name === "HEAD" ? "GET" : name));
  return [...new Set(names)].toSorted().join(",");
}

/** What Fastify prints of an application without routes. */
const NO_ROUTES = "(empty tree)";

async function register(app: FastifyInstance, options: FastifyPaywallOptions): Promise<void> {
  const { gateways = {}, ...config } = options;
  const embedded = createNodePaywall(config);
  const { docsBase } = embedded;
  const onError = (error: unknown): void => app.log.error(error);
  if (app.printRoutes() !== NO_ROUTES)
    throw new PaywallConfigError(
      "register",
      "Routes were added before the paywall, which cannot see them.",
      "Register it first.",
    );
  const charges = new Map<PriceInput, ChargeRoute>();
  const chargeFor = (price: PriceInput, field?: string): ChargeRoute => {
    const charge = charges.get(price) ?? embedded.charge(price, field);
    charges.set(price, charge);
    return charge;
  };

  app.decorateRequest("paywall");
  app.addHook("onRoute", ({ config: route, url }) => {
    // A price that is there and undefined was forgotten by whoever meant to set it.
    if (route === undefined || !("price" in route)) return;
    chargeFor(route.price, `config.price of ${url}`);
  });
  const findTicket = ({ method, originalUrl, url, routeOptions }: FastifyRequest): Ticket | undefined => {
    const { price } = routeOptions.config;
    if (price !== undefined) return chargeFor(price)(`${methodsOf(routeOptions.method)} ${routeOptions.url}`);
    // What `rewriteUrl` made of the target is what routes are matched by.
    return embedded.find(method, originalUrl, url);
  };
  app.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
    const ticket = findTicket(request);
    if (ticket === undefined) {
      request.paywall = { usage: createUsageReport() };
      return;
    }
    const asked = { request: request.raw, response: reply.raw, ticket, target: request.originalUrl };
    const usage = await admitRequest({ ...asked, remoteAddress: request.ip, docsBase, onError });
    if (usage === undefined) return void reply.hijack();
    request.paywall = { usage };
  });
  // In an encapsulated context hooks run for its own routes alone, and these are ours to answer.
  app.all("/.paywall/*", (_request, reply) => reply.callNotFound());
  for (const [mount, { upstream, price }] of Object.entries(gateways)) {
    const egress = createUpstreamEgress(upstream);
    const ticket = embedded.gateway(upstream, price)(mount);
    const listener = createUpstreamListener(ticket, { egress, docsBase, onError });
    // Before Fastify reads a body: the upstream gets it as it comes.
    const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      reply.hijack();
      listener(request.raw, reply.raw);
    };
    for (const url of [mount, `${mount}/*`]) app.all(url, { onRequest: serve }, () => undefined);
  }
  app.addHook("onClose", () => embedded.flush());
}
