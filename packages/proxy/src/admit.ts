import type { Entitlement } from "@x402-paywall/core";
import { ruleScope } from "@x402-paywall/core";
import type { Decision } from "./decision.ts";
import { drawFrom } from "./draw/draw-from.ts";
import { canDraw } from "./draw/open-draw.ts";
import type { EngineContext } from "./engine-context.ts";
import { toGrantRequest } from "./grant-request.ts";
import type { MaybePromise } from "./maybe-async.ts";
import { createOpenGrant } from "./open-grant.ts";
import type { PricedRequest } from "./price-visit.ts";
import type { Visit } from "./visit.ts";

/** Whether an entitlement is good for a request, whatever is left of it. */
export function fits(entitlement: Entitlement, priced: PricedRequest): boolean {
  const { endpoint, route } = priced.match;
  const { id, kind, scope } = entitlement;
  if (entitlement.endpointId !== endpoint.id || entitlement.mode !== endpoint.mode) return false;
  if (endpoint.revoked.has(id)) return false;
  if (kind !== "pass" && !canDraw(kind, priced)) return false;
  return scope === "*" || scope === ruleScope(route?.id ?? null) || scope === priced.binding.hash;
}

/**
 * Lets a request in on an access token. A pass opens without the store; uses and balances are drawn upon.
 * @returns `undefined` where the token is as good as none.
 * @throws PaywallError where the entitlement is used up: the challenge says how to top it up.
 */
export function admit(
  visit: Visit,
  priced: PricedRequest,
  entitlement: Entitlement,
  context: EngineContext,
): MaybePromise<Decision | undefined> {
  if (entitlement.kind !== "pass") {
    return drawFrom(visit, priced, { entitlement, wire: "access", receiptId: null, headers: [] }, context);
  }
  const onServed = (): void => context.markServed(entitlement.id);
  const request = toGrantRequest(visit, priced.match, context);
  return { kind: "granted", grant: createOpenGrant(request, { kind: "access", onServed }) };
}
