import type { MicroUsd } from "@x402-paywall/core";
import { metersTokens } from "@x402-paywall/core";
import type { EngineContext } from "../engine-context.ts";
import type { GrantRequest } from "../grant.ts";
import { toGrantRequest } from "../grant-request.ts";
import { upstreamTarget } from "../match.ts";
import type { MaybePromise } from "../maybe-async.ts";
import {
  type MeteredRequest,
  readMeteredRequest,
  shapeBody,
  type ShapedRequest,
} from "../metering/metered-request.ts";
import type { PricedRequest } from "../price-visit.ts";
import type { Visit } from "../visit.ts";

/** What a metered request will roughly cost; `undefined` where its price does not depend on usage. */
export function readDraw(visit: Visit, { match }: PricedRequest): MaybePromise<MeteredRequest | undefined> {
  const { price, endpoint, target } = match;
  if (price.model !== "metered") return undefined;
  return readMeteredRequest(visit, price, upstreamTarget(endpoint, target));
}

export interface PreparedDraw {
  readonly request: GrantRequest;
  readonly metered?: ShapedRequest;
}

/** The upstream's side of a request that draws. @param affordable µUSD that its answer may use. */
export function prepareDraw(
  visit: Visit,
  priced: PricedRequest,
  metered: MeteredRequest | undefined,
  draw: { readonly attemptKey: string; readonly affordable: MicroUsd },
  context: EngineContext,
): PreparedDraw {
  const { match } = priced;
  const { attemptKey } = draw;
  if (metered === undefined) return { request: toGrantRequest(visit, match, context, { attemptKey }) };
  const { rates } = metered.price;
  const plain = metersTokens(rates) || rates.costPercent !== undefined || rates.unit !== undefined;
  const { body, removeUsage } = shapeBody(metered, draw.affordable);
  return {
    request: toGrantRequest(visit, match, context, {
      attemptKey,
      plain,
      ...(body === undefined ? {} : { body }),
    }),
    metered: { ...metered, removeUsage },
  };
}
