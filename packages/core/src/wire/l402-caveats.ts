import { formatQuote, parseQuote } from "../quote.ts";
import type { Quote } from "../quote.ts";

/** What the caveats of a token are held against. */
export interface CaveatContext {
  /** Unix seconds. */
  readonly now: number;
  readonly slug: string;
  readonly method: string;
  readonly path: string;
}

/** What a holder has narrowed a token to: uses and balance are counted from the purchase, whoever drew on it. */
export interface TokenLimits {
  /** `true`: somebody appended a condition of ours, whichever; such a token must not be traded for a wider one. */
  readonly attenuated: true;
  readonly uses?: bigint;
  /** µUSD. */
  readonly balance?: bigint;
}

export type CaveatResult =
  | { readonly ok: true; readonly quote: Quote; readonly limits?: TokenLimits }
  | { readonly ok: false; readonly code: "invalid_challenge" | "wrong_resource"; readonly detail: string }
  | {
      readonly ok: false;
      readonly code: "payment_expired";
      readonly detail: string;
      /** Absent where a holder had shortened the time: then nothing is owed after it. */
      readonly quote?: Quote;
      readonly limits?: TokenLimits;
    };

/** The caveats of a token for a quote: service, time, and what it buys in uses or in µUSD of a balance. */
export function caveatsOf(quote: Quote, slug: string): readonly string[] {
  const { terms, amount } = quote;
  return [
    `services=${slug}:0`,
    `${slug}_valid_until=${validUntil(quote)}`,
    ...(terms.kind === "uses" ? [`uses=${terms.uses}`] : []),
    ...(terms.kind === "balance" ? [`balance=${amount}`] : []),
    `quote=${formatQuote(quote)}`,
  ];
}

/** What is bought lives longer than the quote: at most so long after a payment in time. */
function validUntil({ terms, expiresAt }: Quote): number {
  return terms.kind === "use" ? expiresAt : expiresAt + terms.seconds;
}

/** Conditions of ours that have an order, beside the times. */
const ORDERED: ReadonlySet<string> = new Set(["uses", "balance", "maximum"]);

const OWN: ReadonlySet<string> = new Set([...ORDERED, "services", "endpoint", "method", "path"]);

/**
 * Reads the caveats of a token whose chain was verified. Anybody who holds a token may append to it, so that what
 * stands later may only narrow: our conditions fail closed, conditions of others (`preimage=`, …) are skipped.
 */
export function readCaveats(caveats: readonly string[], context: CaveatContext): CaveatResult {
  let quoteText: string | undefined;
  /** The last value of each condition that has an order. */
  const limits = new Map<string, bigint>();
  let services: ReadonlySet<string> | undefined;
  let attenuated = false;
  for (const caveat of caveats) {
    const split = caveat.indexOf("=");
    if (split < 1) continue;
    const condition = caveat.slice(0, split);
    const value = caveat.slice(split + 1);
    // The quote is the last that we write.
    attenuated ||= quoteText !== undefined && isOurs(condition);
    if (condition === "quote") {
      if (quoteText !== undefined && value !== quoteText) return widened(condition);
      quoteText = value;
    } else if (condition === "services") {
      const named = value.split(",");
      if (services !== undefined && !named.every((service) => services?.has(service)))
        return widened(condition);
      services = new Set(named);
    } else if (ORDERED.has(condition) || condition.endsWith("_valid_until")) {
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
  return holdLimits(quote, limits, { now: context.now, attenuated });
}

function isOurs(condition: string): boolean {
  return OWN.has(condition) || /_(?:valid_until|capabilities)$/.test(condition);
}

/** Conditions without an order: each must hold by itself. */
function fits(condition: string, value: string, context: CaveatContext): boolean {
  if (condition === "endpoint") return value === context.slug;
  if (condition === "method") return value === context.method;
  if (condition === "path") return value === context.path;
  // Our services have no capabilities, so that a restriction to some of them leaves nothing.
  return condition !== `${context.slug}_capabilities`;
}

function holdLimits(
  quote: Quote,
  limits: ReadonlyMap<string, bigint>,
  { now, attenuated }: { readonly now: number; readonly attenuated: boolean },
): CaveatResult {
  if (limits.get("uses") === 0n || limits.get("balance") === 0n) {
    return { ok: false, code: "wrong_resource", detail: "The token was narrowed to no use at all" };
  }
  if (quote.amount > (limits.get("maximum") ?? quote.amount)) {
    return { ok: false, code: "wrong_resource", detail: "The token was narrowed to a smaller price" };
  }
  const found = attenuated ? { quote, limits: narrowedLimits(quote, limits) } : { quote };
  for (const [condition, limit] of limits) {
    if (!condition.endsWith("_valid_until") || limit > BigInt(now)) continue;
    const detail = "The token's time is over";
    const asMinted = limit === BigInt(validUntil(quote));
    return { ok: false, code: "payment_expired", detail, ...(asMinted ? found : {}) };
  }
  return { ok: true, ...found };
}

function narrowedLimits({ terms, amount }: Quote, limits: ReadonlyMap<string, bigint>): TokenLimits {
  const attenuated = true;
  const uses = limits.get("uses");
  const balance = limits.get("balance");
  if (terms.kind === "uses" && uses !== undefined && uses < BigInt(terms.uses)) return { attenuated, uses };
  if (terms.kind === "balance" && balance !== undefined && balance < amount) return { attenuated, balance };
  return { attenuated };
}

function widened(condition: string): CaveatResult {
  return { ok: false, code: "invalid_challenge", detail: `The caveat ${condition} may only narrow` };
}

function otherService(): CaveatResult {
  return { ok: false, code: "wrong_resource", detail: "The token was bought for another endpoint" };
}
