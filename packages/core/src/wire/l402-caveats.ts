import { parseQuote } from "../quote.ts";
import type { Quote } from "../quote.ts";

/** What the caveats of a token are held against. */
export interface CaveatContext {
  /** Unix seconds. */
  readonly now: number;
  readonly slug: string;
  readonly method: string;
  readonly path: string;
}

export type CaveatResult =
  | { readonly ok: true; readonly quote: Quote }
  | { readonly ok: false; readonly code: "invalid_challenge" | "wrong_resource"; readonly detail: string }
  | { readonly ok: false; readonly code: "payment_expired"; readonly detail: string; readonly quote: Quote };

/**
 * Reads the caveats of a token whose chain was verified. Anybody who holds a token may append to it, so that what
 * stands later may only narrow: our conditions fail closed, conditions of others (`preimage=`, …) are skipped.
 */
export function readCaveats(caveats: readonly string[], context: CaveatContext): CaveatResult {
  let quoteText: string | undefined;
  /** The last value of each condition that has an order. */
  const limits = new Map<string, bigint>();
  let services: ReadonlySet<string> | undefined;
  for (const caveat of caveats) {
    const split = caveat.indexOf("=");
    if (split < 1) continue;
    const condition = caveat.slice(0, split);
    const value = caveat.slice(split + 1);
    if (condition === "quote") {
      if (quoteText !== undefined && value !== quoteText) return widened(condition);
      quoteText = value;
    } else if (condition === "services") {
      const named = value.split(",");
      if (services !== undefined && !named.every((service) => services?.has(service)))
        return widened(condition);
      services = new Set(named);
    } else if (condition === "uses" || condition === "maximum" || condition.endsWith("_valid_until")) {
      const limit = /^(0|[1-9]\d{0,18})$/.test(value) ? BigInt(value) : undefined;
      if (limit === undefined || limit > (limits.get(condition) ?? limit)) return widened(condition);
      limits.set(condition, limit);
    } else if (!fits(condition, value, context)) {
      return { ok: false, code: "wrong_resource", detail: `The token's ${condition} is for something else` };
    }
  }
  const quote = parseQuote(quoteText ?? "");
  if (quote === undefined || services === undefined || !limits.has(`${context.slug}_valid_until`)) {
    // A token of ours for another slug lacks that slug's time; it is honest, but for something else.
    const foreign = services !== undefined && !services.has(`${context.slug}:0`);
    return foreign
      ? otherService()
      : { ok: false, code: "invalid_challenge", detail: "The token lacks a caveat of ours" };
  }
  if (!services.has(`${context.slug}:0`)) return otherService();
  return holdLimits(quote, limits, context.now);
}

/** Conditions without an order: each must hold by itself. */
function fits(condition: string, value: string, context: CaveatContext): boolean {
  if (condition === "endpoint") return value === context.slug;
  if (condition === "method") return value === context.method;
  if (condition === "path") return value === context.path;
  // Our services have no capabilities, so that a restriction to some of them leaves nothing.
  return condition !== `${context.slug}_capabilities`;
}

function holdLimits(quote: Quote, limits: ReadonlyMap<string, bigint>, now: number): CaveatResult {
  if (limits.get("uses") === 0n) {
    return { ok: false, code: "wrong_resource", detail: "The token was narrowed to no use at all" };
  }
  if (quote.amount > (limits.get("maximum") ?? quote.amount)) {
    return { ok: false, code: "wrong_resource", detail: "The token was narrowed to a smaller price" };
  }
  for (const [condition, limit] of limits) {
    if (condition.endsWith("_valid_until") && limit <= BigInt(now)) {
      return { ok: false, code: "payment_expired", detail: "The token's time is over", quote };
    }
  }
  return { ok: true, quote };
}

function widened(condition: string): CaveatResult {
  return { ok: false, code: "invalid_challenge", detail: `The caveat ${condition} may only narrow` };
}

function otherService(): CaveatResult {
  return { ok: false, code: "wrong_resource", detail: "The token was bought for another endpoint" };
}
