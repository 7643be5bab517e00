import { entitlementIdOf, PaywallError } from "@x402-paywall/core";
import { openPass } from "../admit.ts";
import { abandonClaim, isUncertain } from "../abandon-claim.ts";
import { askStore } from "../ask-store.ts";
import { bindIdentifier } from "../bind-identifier.ts";
import { claimPayment } from "../claim.ts";
import type { Decision } from "../decision.ts";
import type { EngineContext } from "../engine-context.ts";
import { entitlementOf } from "../entitlement-of.ts";
import type { HeldClaim, SettledPayment } from "../held-claim.ts";
import type { PricedRequest } from "../price-visit.ts";
import { grantRecorded, type ReplayKey, replayKeyOf } from "../replay.ts";
import { settlePayment, settlesFirst } from "../settle.ts";
import { successHeaders } from "../success-headers.ts";
import { checkTime, type InspectedPayment } from "../verify-payment.ts";
import type { Visit } from "../visit.ts";
import { DepositFunds } from "./deposit-funds.ts";
import { accessHeaders } from "./draw-headers.ts";
import { drawFrom } from "./draw-from.ts";
import { drawLimitOf } from "./draw-limit.ts";
import { canDraw } from "./open-draw.ts";
import { prepareDraw, readDraw } from "./prepare-draw.ts";
import { UsageGrant } from "./usage-grant.ts";

/**
 * A payment for more than one request. Its credential stays good for what it bought: the first presentation opens the
 * entitlement, each one draws on it.
 */
export async function redeemEntitlement(
  visit: Visit,
  priced: PricedRequest,
  inspected: InspectedPayment,
  context: EngineContext,
): Promise<Decision> {
  const { kind } = inspected.quote.terms;
  if (kind !== "pass" && kind !== "use" && !canDraw(kind, priced)) {
    throw new PaywallError("wrong_resource", {
      detail: "A balance does not buy what is sold as a bundle or a pass.",
    });
  }
  const id = entitlementIdOf(inspected.verification.paymentKey, context.settle.crypto);
  // A key that is none is refused before anything is claimed.
  const replay = replayKeyOf(visit, priced, id, context);
  const bought = await drawOnBought(visit, priced, inspected, id, context);
  if (bought !== undefined) return bought;
  const payment = await checkTime(inspected, context.settle);
  try {
    const claimed = await claimPayment(payment, priced.match.endpoint, context.settle);
    const held = await bindIdentifier(claimed, visit.identifier, context);
    return await openEntitlement(visit, priced, held, replay, context);
  } catch (error) {
    // Another presentation of the same credential has opened it in between.
    if (!(error instanceof PaywallError) || error.code !== "credential_redeemed") throw error;
    const now = await drawOnBought(visit, priced, inspected, id, context);
    if (now === undefined) throw error;
    return now;
  }
}

async function drawOnBought(
  visit: Visit,
  priced: PricedRequest,
  { quote, wire, limits }: InspectedPayment,
  id: string,
  context: EngineContext,
): Promise<Decision | undefined> {
  const { store } = context.settle;
  if (quote.terms.kind !== "pass") {
    const kind = quote.terms.kind === "uses" ? "uses" : "balance";
    return drawFrom(
      visit,
      priced,
      { entitlement: { id, kind }, wire, receiptId: null, headers: [], limit: drawLimitOf(quote, limits) },
      context,
    );
  }
  const entitlement = await askStore(() => store.findEntitlement(id));
  if (entitlement === undefined) return undefined;
  if (entitlement.revoked || entitlement.expiresAt * 1000 <= visit.startedAt) {
    throw new PaywallError("payment_expired", { detail: "What was paid for has expired." });
  }
  return openPass(visit, priced.match, { id }, context);
}

async function openEntitlement(
  visit: Visit,
  priced: PricedRequest,
  held: HeldClaim,
  replay: ReplayKey | undefined,
  context: EngineContext,
): Promise<Decision> {
  const { rail, proof, wire, verification, quote } = held.payment;
  const { settle, options } = context;
  if (rail.settles(proof) !== "before" && !settlesFirst(held))
    return grantDeposit(visit, priced, held, replay, context);
  const paid = await settleNow(held, context);
  const now = paid.receipt.settledAt;
  const entitlement = entitlementOf(quote, verification.paymentKey, { now, crypto: settle.crypto });
  if (entitlement === undefined) throw new PaywallError("internal");
  const headers = [
    ...successHeaders(paid, held.payment, options.appUrl),
    // Whoever was given a narrowed token gets no wider one for it.
    ...(held.payment.limits === undefined ? accessHeaders(entitlement, options.keys) : []),
  ];
  if (entitlement.kind === "pass")
    return openPass(visit, priced.match, { id: entitlement.id, headers }, context);
  const limit = drawLimitOf(quote, held.payment.limits);
  const source = { entitlement, wire, receiptId: paid.receipt.id, headers, limit };
  const granted = await drawFrom(visit, priced, source, context);
  if (granted === undefined) throw new PaywallError("internal");
  return granted;
}

/** The money has moved already, or moves before anything else: written down, whatever becomes of this request. */
async function settleNow(held: HeldClaim, { settle }: EngineContext): Promise<SettledPayment> {
  const { store, log } = settle;
  try {
    const paid = held.settled ?? (await settlePayment(held, settle));
    await abandonClaim(held.ref, { uncertain: false, store, log });
    return paid;
  } catch (error) {
    await abandonClaim(held.ref, { uncertain: isUncertain(error), store, log });
    throw error;
  }
}

/** Its answer is kept as the draws on what was bought find it. */
async function grantDeposit(
  visit: Visit,
  priced: PricedRequest,
  held: HeldClaim,
  replay: ReplayKey | undefined,
  context: EngineContext,
): Promise<Decision> {
  const metered = await readDraw(visit, priced);
  const funds = new DepositFunds(held, priced, metered?.inputTokens ?? 0, context);
  const draw = { attemptKey: held.ref.paymentKey, affordable: held.payment.quote.amount };
  const prepared = prepareDraw(visit, priced, metered, draw, context);
  const payerHeaders = visit.request.headers;
  return grantRecorded(new UsageGrant({ ...prepared, funds, payerHeaders }, context), replay, context);
}
