import { toBase64Url, utf8 } from "@x402-paywall/core";
import { askStore } from "./ask-store.ts";
import type { Decision } from "./decision.ts";
import type { RulePrice } from "./endpoint.ts";
import type { EngineContext } from "./engine-context.ts";
import { toGrantRequest } from "./grant-request.ts";
import type { MaybePromise } from "./maybe-async.ts";
import { createOpenGrant } from "./open-grant.ts";
import { addressBlock } from "./address-block.ts";
import { persist } from "./persist.ts";
import type { PricedRequest } from "./price-visit.ts";
import type { Visit } from "./visit.ts";

/** A route that its creator gives away. */
export function isFree(price: RulePrice): boolean {
  return price.model === "per-request" && price.amount === 0n;
}

/**
 * What a payer has for nothing each day. Who that is, is known by the address alone; it is counted under a keyed hash,
 * so that no address is kept.
 * @returns `undefined` where there is no quota or it is used up.
 */
export function tryFreeQuota(
  visit: Visit,
  { match }: PricedRequest,
  context: EngineContext,
): MaybePromise<Decision | undefined> {
  const { freePerDay: limit } = match.price;
  if (limit === undefined) return undefined;
  const { store, log } = context.settle;
  const use = {
    endpointId: match.endpoint.id,
    routeId: match.route?.id ?? null,
    payer: payerKey(visit.request.remoteAddress, context),
    day: new Date(visit.startedAt).toISOString().slice(0, 10),
  };
  return askStore(() => store.takeFreeUse({ ...use, limit })).then((taken): Decision | undefined => {
    if (!taken) return undefined;
    const giveBack = once(() => void persist("returnFreeUse", () => store.returnFreeUse(use), log));
    const request = toGrantRequest(visit, match, context);
    return {
      kind: "granted",
      grant: createOpenGrant(request, { kind: "free", onUnserved: giveBack }),
    };
  });
}

function payerKey(address: string, { options }: EngineContext): string {
  const block = addressBlock(address);
  const hmac = options.crypto.hmac(options.keys.derive("free-quota"));
  return toBase64Url(hmac(utf8(block)).subarray(0, 16));
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
