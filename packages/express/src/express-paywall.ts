import type { PaywallConfig, PriceInput, Ticket, UsageReport } from "@x402-paywall/proxy/embed";
import { createUsageReport } from "@x402-paywall/proxy/embed";
import {
  admitRequest,
  createNodePaywall,
  createUpstreamEgress,
  createUpstreamListener,
} from "@x402-paywall/proxy/embed/node";
import type { NextFunction, Request, RequestHandler, Response } from "express";

/** Middleware that asks the price of whatever `routes` lists; and prices for single routes. */
export interface ExpressPaywall extends RequestHandler {
  /**
   * A price on the route that it stands in: `app.get("/joke", paywall.charge("$0.01"), handler)`.
   * @throws PaywallConfigError
   */
  charge(price: PriceInput): RequestHandler;
  /** Serves a mount from an upstream: `app.use("/api", paywall.gateway("https://api.example.com", "$0.01"))`. */
  gateway(upstream: string, price: PriceInput): RequestHandler;
  /** Writes what is queued; for an orderly shutdown. */
  flush(): Promise<void>;
}

const reports = new WeakMap<object, UsageReport>();
/** What a request was let in by; never asked of the reports, which any middleware may open. */
const admitted = new WeakMap<object, Ticket>();

/** Where a handler says what its answer used: `usageOf(request).add({ outputTokens: 12 })`. */
export function usageOf(request: Request): UsageReport {
  const report = reports.get(request) ?? createUsageReport();
  reports.set(request, report);
  return report;
}

/**
 * The paywall of an Express application. Mount it before body parsers.
 * @example app.use(createPaywall({ secret, url: "http://localhost:3000", routes: { "GET /weather": "$0.01" } }));
 * @throws PaywallConfigError that names the field and the fix.
 */
export function createPaywall(config: PaywallConfig): ExpressPaywall {
  const paywall = createNodePaywall(config);
  const { docsBase } = paywall;
  const onError = (error: unknown): void => paywall.log({ event: "internal_error", error });

  const protect = async (ticket: Ticket, request: Request, response: Response, next: NextFunction) => {
    // Paid for by a rule of `routes`; what a rule gives away may still have a price of its own here.
    if (admitted.get(request)?.isFree === false) return next();
    const target = request.originalUrl;
    const asked = { request, response, ticket, target, remoteAddress: request.ip, docsBase, onError };
    try {
      const report = await admitRequest(asked);
      if (report === undefined) return;
      reports.set(request, report);
      admitted.set(request, ticket);
      next();
    } catch (error) {
      // Express 4 does not look at what a promise rejects with.
      next(error);
    }
  };
  const middleware: RequestHandler = (request, response, next) => {
    const { method, originalUrl, baseUrl, url } = request;
    // What a middleware before us made of the target is what the routes behind us are matched by.
    const ticket = paywall.find(method, originalUrl, `${baseUrl}${url}`);
    return ticket === undefined ? next() : protect(ticket, request, response, next);
  };
  return Object.assign(middleware, {
    charge(price: PriceInput): RequestHandler {
      const charge = paywall.charge(price);
      return (request, response, next) => protect(charge(routeOf(request)), request, response, next);
    },
    gateway(upstream: string, price: PriceInput): RequestHandler {
      const gateway = paywall.gateway(upstream, price);
      const egress = createUpstreamEgress(upstream);
      return (request, response) => {
        const listener = createUpstreamListener(gateway(request.baseUrl), { egress, docsBase, onError });
        request.url = request.originalUrl;
        listener(request, response);
      };
    },
    flush: () => paywall.flush(),
  });
}

/** As the router writes it, so that a pass for `/users/:id` is good for each of them, by the methods of that route. */
function routeOf({ baseUrl, route, method }: Request): string {
  const path: unknown = route?.path;
  if (typeof path !== "string") return `${method} ${baseUrl}`;
  const methods: unknown = route?.methods;
  const names = typeof methods === "object" && methods !== null ? Object.keys(methods).toSorted() : [method];
  return `${names.join(",")} ${baseUrl}${path}`;
}
