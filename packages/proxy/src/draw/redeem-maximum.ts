import { PaywallError } from "@x402-paywall/core";
import { abandonClaim } from "../abandon-claim.ts";
import { claimPayment, redeemed } from "../claim.ts";
import type { Decision } from "../decision.ts";
import type { RulePrice } from "../endpoint.ts";
import type { EngineContext } from "../engine-context.ts";
import { andThen, type MaybePromise } from "../maybe-async.ts";
import type { PricedRequest } from "../price-visit.ts";
import type { HeldClaim, SettledPayment } from "../held-claim.ts";
import { persist } from "../persist.ts";
import { claimOrReplay, grantRecorded, replayKeyOf } from "../replay.ts";
import { settlePayment } from "../settle.ts";
import { checkTime, type InspectedPayment } from "../verify-payment.ts";
import type { Visit } from "../visit.ts";
import { CaptureFunds } from "./capture-funds.ts";
import { prepareDraw, readDraw } from "./prepare-draw.ts";
import { UsageGrant } from "./usage-grant.ts";

/** A signed maximum, captured for what this one answer uses: `upto`. */
export function redeemMaximum(
  visit: Visit,
  current: PricedRequest,
  inspected: InspectedPayment,
  context: EngineContext,
): MaybePromise<Decision> {
  const priced = { ...current, match: { ...current.match, price: quotedPrice(current, inspected) } };
  const maximum = inspected.verification.maximum ?? inspected.quote.amount;
  // It buys one answer for at most so much, whatever else its quote could have bought.
  const quote = { ...inspected.quote, amount: maximum, terms: { kind: "use" } } as const;
  return andThen(checkTime({ ...inspected, quote }, context.settle), (payment) =>
    andThen(readDraw(visit, priced), async (metered): Promise<Decision> => {
      const replay = replayKeyOf(visit, priced, payment.verification.paymentKey, context);
      const claim = (): Promise<HeldClaim> => claimPayment(payment, priced.match.endpoint, context.settle);
      const held = await claimOrReplay(visit, replay, claim, context);
      if ("kind" in held) return held;
      if (held.settled !== null || held.repeated)
        throw redeemed((await captureBefore(held, context)).receipt.id);
      const { until } = inspected.verification;
      const limits = { maximum, ...(until === undefined ? {} : { until }) };
      const funds = new CaptureFunds(held, limits, context);
      const draw = { attemptKey: held.ref.paymentKey, affordable: maximum };
      const prepared = prepareDraw(visit, priced, metered, draw, context);
      const payerHeaders = visit.request.headers;
      return grantRecorded(new UsageGrant({ ...prepared, funds, payerHeaders }, context), replay, context);
    }),
  );
}

/** What an earlier presentation has used: its answer is over, and only its capture may be left to do. */
async function captureBefore(held: HeldClaim, { settle }: EngineContext): Promise<SettledPayment> {
  const { store, log } = settle;
  try {
    const settled = held.settled ?? (await settlePayment(held, settle));
    await persist("finish", () => store.finish(held.ref, { complete: true }), log);
    return settled;
  } catch (error) {
    // Never free to be served again: its answer went out.
    await abandonClaim(held.ref, { uncertain: true, store, log });
    throw error;
  }
}

/** The price of the quote, not of now: what was signed stays honoured. */
function quotedPrice({ match }: PricedRequest, { quote }: InspectedPayment): RulePrice {
  const { price, route, endpoint } = match;
  const routeId = route?.id ?? null;
  if (quote.routeId !== routeId) {
    throw new PaywallError("wrong_resource", {
      detail: "The payment was made for what another rule prices.",
    });
  }
  const known =
    price.version === quote.priceVersion
      ? price
      : endpoint.formerPrices.find(
          (former) => former.routeId === routeId && former.price.version === quote.priceVersion,
        )?.price;
  if (known?.model === "metered") return known;
  throw new PaywallError("payment_expired", { detail: "The price was changed. This payment was not used." });
}
