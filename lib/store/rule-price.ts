import { PaywallError, parsePrice } from "@x402-paywall/core";
import type { FormerPrice, RulePrice } from "@x402-paywall/proxy";

/** A price that was replaced, as the history has it. */
export interface FormerPriceRow {
  readonly routeId: string | null;
  readonly pricing: unknown;
  readonly version: number;
}

/**
 * The price of a rule out of its row; `id` is the endpoint's or the route's.
 * @throws PaywallError `store_unavailable`, whose cause says what is wrong: it is logged where it is answered
 */
export function readRulePrice(pricing: unknown, version: number, id: string): RulePrice {
  const parsed = parsePrice(pricing, "pricing");
  if (parsed.ok) return { ...parsed.price, version };
  const reasons = parsed.errors.map(({ field, message }) => `${field}: ${message}`).join(" ");
  throw new PaywallError("store_unavailable", {
    cause: new Error(`The price of ${id} cannot be read. ${reasons}`),
    retryAfter: 60,
  });
}

/** A former price that cannot be read is not honoured: its quotes are answered with a new one. */
export function readFormerPrices(rows: readonly FormerPriceRow[]): FormerPrice[] {
  return rows.flatMap(({ routeId, pricing, version }) => {
    const parsed = parsePrice(pricing, "pricing");
    return parsed.ok ? [{ routeId, price: { ...parsed.price, version } }] : [];
  });
}
