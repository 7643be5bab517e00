import type { Entitlement, MeteredPrice, MicroUsd } from "@x402-paywall/core";
import { chargeFor, formatUsd, newId, PaywallError } from "@x402-paywall/core";
import { askStore } from "../ask-store.ts";
import { type EngineContext, topUpUrlOf } from "../engine-context.ts";
import type { PricedRequest } from "../price-visit.ts";
import type { HoldOutcome, NewHold } from "../store.ts";
import { type DrawLimit, keepWithin, narrow } from "./draw-limit.ts";

/** What one request takes from an entitlement, reserved before the upstream is asked. */
export interface Draw {
  readonly entitlement: Pick<Entitlement, "id" | "kind">;
  readonly holdId: string;
  /** µUSD that are reserved; 0 where uses are counted. */
  readonly reserved: MicroUsd;
  readonly uses: 0 | 1;
  /** What can still be reserved beside it. */
  readonly available: MicroUsd;
  readonly usesLeft: number | null;
  readonly topUpUrl: string;
  /** All that it may take is reserved already: never extended. */
  readonly isWhole: boolean;
}

/** Whether such an entitlement can pay for such a price; a pass is not drawn upon. */
export function canDraw(kind: Entitlement["kind"], { match }: PricedRequest): boolean {
  if (kind === "pass") return false;
  const { model } = match.price;
  return kind === "uses" || (model !== "bundle" && model !== "pass");
}

/**
 * Reserves one request on an entitlement.
 * @param inputTokens An estimate of what the request alone will cost, where its price is metered.
 * @returns `undefined` where the store knows no such entitlement.
 * @throws PaywallError `payment_insufficient`, `payment_expired`, `store_unavailable`.
 */
export async function openDraw(
  { limit, ...entitlement }: Draw["entitlement"] & { readonly limit?: DrawLimit | undefined },
  priced: PricedRequest,
  inputTokens: number,
  context: EngineContext,
): Promise<Draw | undefined> {
  const { endpoint, price } = priced.match;
  const topUpUrl = topUpUrlOf(context, endpoint.slug, entitlement.id);
  const { store, crypto } = context.settle;
  const uses = entitlement.kind === "uses" ? 1 : 0;
  const needed = uses === 1 ? { least: 0n, wanted: 0n } : neededBy(priced, inputTokens);
  const { least, wanted } =
    limit === undefined ? needed : await narrow(entitlement.id, priced, { ...needed, limit }, store);
  const hold = (amount: MicroUsd): NewHold => ({
    id: newId("hld_", crypto),
    entitlementId: entitlement.id,
    amount,
    uses,
    leaseMs: context.leaseMs,
  });
  let asked = hold(wanted);
  let outcome = await askStore(() => store.openHold(asked));
  if (outcome.outcome === "insufficient" && price.model === "metered" && outcome.available >= least) {
    asked = hold(outcome.available);
    outcome = await askStore(() => store.openHold(asked));
  }
  if (outcome.outcome === "unknown") return undefined;
  if (outcome.outcome !== "held") throw refuse(outcome, entitlement, topUpUrl);
  if (limit !== undefined) await keepWithin(asked, limit, store);
  const { usesLeft } = outcome;
  const available = limit === undefined ? outcome.available : 0n;
  const isWhole = limit !== undefined;
  return {
    entitlement,
    holdId: asked.id,
    reserved: asked.amount,
    uses,
    available,
    usesLeft,
    topUpUrl,
    isWhole,
  };
}

/** `least`: without it the answer could not even begin; `wanted`: what is reserved ahead. */
function neededBy(priced: PricedRequest, inputTokens: number): { least: MicroUsd; wanted: MicroUsd } {
  const { price } = priced.match;
  if (price.model !== "metered") return { least: priced.amount, wanted: priced.amount };
  const least = leastOf(price, inputTokens);
  const slice = sliceOf(price);
  return { least, wanted: least > slice ? least : slice };
}

function leastOf(price: MeteredPrice, inputTokens: number): MicroUsd {
  const first = { inputTokens, outputTokens: 1, milliseconds: 1, bytes: 1, units: 1 };
  return chargeFor(first, price);
}

const SLICES = 8n;

/** What is reserved at a time: the smaller, the less is bound; the larger, the rarer the store is asked. */
export function sliceOf(price: MeteredPrice): MicroUsd {
  const cap = price.cap ?? price.deposit;
  const slice = (cap + SLICES - 1n) / SLICES;
  return slice > 0n ? slice : 1n;
}

function refuse(
  outcome: Extract<HoldOutcome, { readonly outcome: "insufficient" | "expired" }>,
  entitlement: Draw["entitlement"],
  topUpUrl: string,
): PaywallError {
  const extensions = { entitlement: entitlement.id, topUpUrl };
  if (outcome.outcome === "expired") {
    return new PaywallError("payment_expired", { detail: "What was paid for has expired.", extensions });
  }
  if (entitlement.kind === "uses") {
    return new PaywallError("payment_insufficient", { detail: "All uses are taken.", extensions });
  }
  const balance = formatUsd(outcome.available);
  return new PaywallError("payment_insufficient", {
    detail: `The balance of $${balance} does not cover this request.`,
    extensions: { ...extensions, balance },
  });
}
