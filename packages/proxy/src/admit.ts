import type { Entitlement } from "@x402-paywall/core";
import { ruleScope } from "@x402-paywall/core";
import type { Decision, HeaderList } from "./decision.ts";
import { drawFrom } from "./draw/draw-from.ts";
import { canDraw } from "./draw/open-draw.ts";
import type { EngineContext } from "./engine-context.ts";
import { toGrantRequest } from "./grant-request.ts";
import type { Match } from "./match.ts";
import type { MaybePromise } from "./maybe-async.ts";
import { createOpenGrant } from "./open-grant.ts";
import type { PricedRequest } from "./price-visit.ts";
import type { Visit } from "./visit.ts";

/** Whether an entitlement is good for whatever a rule prices. */
function covers({ id, endpointId, mode, scope }: Entitlement, { endpoint, route }: Match): boolean {
  if (endpointId !== endpoint.id || mode !== endpoint.mode || endpoint.revoked.has(id)) return false;
  return scope === "*" || scope === ruleScope(route?.id ?? null);
}

/** Whether a pass opens each request of a rule: then nothing has to be priced. */
export function opens(entitlement: Entitlement, match: Match): boolean {
  return entitlement.kind === "pass" && covers(entitlement, match);
}

/** Whether an entitlement is good for a request, whatever is left of it. */
export function fits(entitlement: Entitlement, priced: PricedRequest): boolean {
  const { match, binding } = priced;
  const { kind, scope } = entitlement;
  if (kind !== "pass" && !canDraw(kind, priced)) return false;
  return (
    covers(entitlement, match) || (scope === binding.hash && covers({ ...entitlement, scope: "*" }, match))
  );
}

/** A pass writes nothing. */
export function openPass(
  visit: Visit,
  match: Match,
  pass: { readonly id: string; readonly headers?: HeaderList },
  context: EngineContext,
): Decision {
  const { id, headers = [] } = pass;
  const onServed = (): void => context.markServed(id);
  const request = toGrantRequest(visit, match, context);
  return { kind: "granted", grant: createOpenGrant(request, { kind: "access", onServed, headers }) };
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
  return openPass(visit, priced.match, entitlement, context);
}
