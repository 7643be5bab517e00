import type { Credential } from "@x402-paywall/core";
import { andThen, type MaybePromise } from "./maybe-async.ts";
import { abandonClaim, isUncertain } from "./abandon-claim.ts";
import { authenticatePayment } from "./authenticate.ts";
import { claimPayment } from "./claim.ts";
import { createPaidGrant } from "./commit.ts";
import type { Decision } from "./decision.ts";
import { redeemEntitlement } from "./draw/redeem-entitlement.ts";
import { redeemMaximum } from "./draw/redeem-maximum.ts";
import type { EngineContext } from "./engine-context.ts";
import { toGrantRequest } from "./grant-request.ts";
import type { HeldClaim } from "./held-claim.ts";
import type { PricedRequest } from "./price-visit.ts";
import { claimOrReplay, grantRecorded, replayKeyOf } from "./replay.ts";
import { settlePayment, settlesFirst, type SettleContext } from "./settle.ts";
import { checkBinding, checkTime, inspectPayment, type InspectedPayment } from "./verify-payment.ts";
import type { Visit } from "./visit.ts";

/** Step 6: authenticate, verify, claim; what the payment's terms say decides what is granted. */
export function redeem(
  visit: Visit,
  priced: PricedRequest,
  credential: Exclude<Credential, { readonly wire: "access" }>,
  context: EngineContext,
): MaybePromise<Decision> {
  const { crypto } = context.options;
  const inspected = andThen(readClaim(visit, priced, credential, context), (claim) => {
    visit.identifier = claim.identifier;
    checkBinding(claim.quote, priced, crypto);
    return inspectPayment(claim, verifyContext(visit, priced, context));
  });
  return andThen(inspected, (payment) => {
    const settles = payment.rail.settles(payment.proof);
    if (settles === "on-finish") return redeemMaximum(visit, priced, payment, context);
    if (payment.quote.terms.kind === "use") return redeemUse(visit, priced, payment, context);
    return redeemEntitlement(visit, priced, payment, context);
  });
}

/** One payment, this one request. */
function redeemUse(
  visit: Visit,
  priced: PricedRequest,
  inspected: InspectedPayment,
  context: EngineContext,
): MaybePromise<Decision> {
  const { settle, leases, options } = context;
  const { endpoint } = priced.match;
  return andThen(checkTime(inspected, settle), async (payment): Promise<Decision> => {
    const replay = replayKeyOf(visit, priced, payment.verification.paymentKey, context);
    const claimed = await claimOrReplay(
      visit,
      replay,
      () => claimPayment(payment, endpoint, settle),
      context,
    );
    if ("kind" in claimed) return claimed;
    const held = await chargeFirst(claimed, settle);
    const request = toGrantRequest(visit, priced.match, context, { attemptKey: held.ref.paymentKey });
    const grant = createPaidGrant(request, { held, settle, leases, appUrl: options.appUrl });
    return grantRecorded(grant, replay, context);
  });
}

/** Where its creator wants the money before the upstream is asked. Not served, it stays charged: the credential works again. */
async function chargeFirst(held: HeldClaim, settle: SettleContext): Promise<HeldClaim> {
  if (!settlesFirst(held)) return held;
  try {
    return { ...held, settled: await settlePayment(held, settle) };
  } catch (error) {
    const { store, log } = settle;
    await abandonClaim(held.ref, { uncertain: isUncertain(error), store, log });
    throw error;
  }
}

function readClaim(
  visit: Visit,
  priced: PricedRequest,
  credential: Exclude<Credential, { readonly wire: "access" }>,
  { options, challenger }: EngineContext,
): ReturnType<typeof authenticatePayment> {
  const { keys, crypto } = options;
  const { endpoint, target } = priced.match;
  return authenticatePayment(credential, {
    keys,
    crypto,
    now: Math.floor(visit.startedAt / 1000),
    slug: endpoint.slug,
    method: visit.request.method,
    target,
    ...challenger.current(priced),
  });
}

function verifyContext(visit: Visit, { match }: PricedRequest, { options }: EngineContext) {
  const { rails, store } = options;
  return { endpoint: match.endpoint, rails, store, now: Math.floor(visit.startedAt / 1000) };
}
