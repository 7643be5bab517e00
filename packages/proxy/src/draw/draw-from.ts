import type { Entitlement, HeaderList, WireId } from "@x402-paywall/core";
import type { Decision } from "../decision.ts";
import type { EngineContext } from "../engine-context.ts";
import { andThen, type MaybePromise } from "../maybe-async.ts";
import type { PricedRequest } from "../price-visit.ts";
import { findReplay, grantRecorded, replayKeyOf } from "../replay.ts";
import type { Visit } from "../visit.ts";
import type { DrawLimit } from "./draw-limit.ts";
import { HoldFunds } from "./hold-funds.ts";
import { openDraw } from "./open-draw.ts";
import { prepareDraw, readDraw } from "./prepare-draw.ts";
import { UsageGrant } from "./usage-grant.ts";

export interface DrawSource {
  readonly entitlement: Pick<Entitlement, "id" | "kind">;
  /** What was presented. */
  readonly wire: WireId;
  readonly receiptId: string | null;
  readonly headers: HeaderList;
  /** What was presented may not draw on all of it. */
  readonly limit?: DrawLimit | undefined;
}

/**
 * Grants a request on a counted entitlement.
 * @returns `undefined` where the store knows no such entitlement.
 * @throws PaywallError `payment_insufficient`, `payment_expired`, `store_unavailable`.
 */
export function drawFrom(
  visit: Visit,
  priced: PricedRequest,
  source: DrawSource,
  context: EngineContext,
): MaybePromise<Decision | undefined> {
  return andThen(readDraw(visit, priced), async (metered): Promise<Decision | undefined> => {
    const replay = replayKeyOf(visit, priced, source.entitlement.id, context);
    const replayed = replay === undefined ? undefined : await findReplay(visit.request, replay, context);
    if (replayed !== undefined) return replayed;
    const inputTokens = metered?.inputTokens ?? 0;
    const draw = await openDraw({ ...source.entitlement, limit: source.limit }, priced, inputTokens, context);
    if (draw === undefined) return undefined;
    const funds = new HoldFunds({ ...source, draw, priced }, context);
    const affordable = draw.reserved + draw.available;
    const prepared = prepareDraw(visit, priced, metered, { attemptKey: draw.holdId, affordable }, context);
    const payerHeaders = visit.request.headers;
    return grantRecorded(new UsageGrant({ ...prepared, funds, payerHeaders }, context), replay, context);
  });
}
