import { PaywallError } from "@x402-paywall/core";
import type { RequestHead } from "../decision.ts";
import type { Endpoint } from "../endpoint.ts";
import { parseTarget } from "../target.ts";
import type { Visit } from "../visit.ts";

/** What would be taken for a credential: this page is for somebody who is going to pay. */
const LEFT_OUT = new Set([
  "cookie",
  "authorization",
  "payment-authorization",
  "payment-signature",
  "x-payment",
]);

/** `GET /p/<slug>/.pay?resource=&amount=`: the payment page of a resource for an amount that a person chose. */
export function choosePage(visit: Visit, endpoint: Endpoint): Visit {
  const { request } = visit;
  if (request.method !== "GET" && request.method !== "HEAD") throw new PaywallError("method_not_allowed");
  const query = new URLSearchParams(visit.target?.query ?? "");
  const resource = query.get("resource") ?? `/p/${endpoint.slug}`;
  const amount = query.get("amount")?.trim();
  const target = parseTarget(resource);
  if (target?.slug !== endpoint.slug || target.own !== null) {
    throw new PaywallError("bad_request", { detail: "`resource` is not below this endpoint." });
  }
  const headers = request.headers.filter(([name]) => !LEFT_OUT.has(name.toLowerCase()));
  const chosen: RequestHead = {
    ...request,
    target: resource,
    headers: amount === undefined || amount === "" ? headers : [...headers, ["Paywall-Amount", amount]],
  };
  return { request: chosen, startedAt: visit.startedAt, hasCredential: false };
}
