import { PaywallError } from "@x402-paywall/core";
import type { RequestHead } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import { setHeaders } from "../response.ts";
import type { Site } from "../site.ts";
import type { Visit } from "../visit.ts";
import { homeOf } from "./unlock-form.ts";

/** What would be taken for a credential: this page is for somebody who is going to pay. */
const LEFT_OUT = new Set([
  "cookie",
  "authorization",
  "payment-authorization",
  "payment-signature",
  "x-payment",
]);

/** `GET /p/<slug>/.pay?resource=&amount=`: the payment page of a resource for an amount that a person chose. */
export function choosePage(visit: Visit, endpoint: Endpoint, site: Site): Visit {
  const { target, query } = readResource(visit, endpoint, site);
  const amount = query.get("amount")?.trim();
  const headers = visit.request.headers.filter(([name]) => !LEFT_OUT.has(name.toLowerCase()));
  const chosen = amount === undefined || amount === "" ? [] : [["Paywall-Amount", amount] as const];
  return visitOf(visit, { ...visit.request, target, headers: [...headers, ...chosen] });
}

/** `GET /p/<slug>/.raw?resource=`: a stream itself for a browser without script, which would be shown its page again. */
export function rawVisit(visit: Visit, endpoint: Endpoint, site: Site): Visit {
  const { target } = readResource(visit, endpoint, site);
  const headers = setHeaders(visit.request.headers, [["Accept", "text/event-stream"]]);
  return visitOf(visit, { ...visit.request, target, headers });
}

function readResource(
  { request, target }: Visit,
  endpoint: Endpoint,
  site: Site,
): { readonly target: string; readonly query: URLSearchParams } {
  if (request.method !== "GET" && request.method !== "HEAD") throw new PaywallError("method_not_allowed");
  const query = new URLSearchParams(target?.query ?? "");
  const resource = query.get("resource") ?? homeOf(endpoint, site);
  const parsed = site.parse(resource);
  if (parsed?.slug !== endpoint.slug || parsed.own !== null) {
    throw new PaywallError("bad_request", { detail: "`resource` is not below this endpoint." });
  }
  return { target: resource, query };
}

function visitOf({ startedAt, locate }: Visit, request: RequestHead): Visit {
  return { request, startedAt, hasCredential: false, locate };
}
