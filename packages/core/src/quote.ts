import type { MicroUsd, Rate } from "./money.ts";
import { formatTerms, parseTerms } from "./terms.ts";
import type { Terms } from "./terms.ts";

/** TEST uses sandbox rails and moves no money; LIVE refuses every sandbox proof. */
export type Mode = "test" | "live";

/** A price for one request now. Immutable: it is honoured until it expires, whatever happens to the price. */
export interface Quote {
  /** 16 random bytes, base64url. */
  readonly id: string;
  readonly mode: Mode;
  readonly endpointId: string;
  /** The rule that priced it; `null` where the endpoint's default price applied. */
  readonly routeId: string | null;
  /** Version of the price that was in force. */
  readonly priceVersion: number;
  readonly amount: MicroUsd;
  /** What the amount buys. */
  readonly terms: Terms;
  /** Frozen with the amount. Where there was none it is `NO_RATE`, and the quote is not payable in Bitcoin. */
  readonly rate: Rate;
  /** Base64url SHA-256 of the canonical {@link Binding}. */
  readonly bindingHash: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** Unix seconds; the credential must arrive before. */
  readonly expiresAt: number;
}

const identifier = /^[A-Za-z0-9_-]{1,64}$/;
const decimal = "(0|[1-9]\\d{0,18})";
const id = "([A-Za-z0-9_-]{1,64})";
const pattern = new RegExp(
  `^q1~${id}~([tl])~${id}~([A-Za-z0-9_-]{0,64})~${decimal}~${decimal}~${decimal}~${decimal}~([A-Za-z0-9_-]{43})~${decimal}~${decimal}~([A-Za-z0-9_.-]{1,96})$`,
);

/**
 * Compact printable form of a quote (about 170 characters), safe inside a macaroon caveat, JSON and a header:
 * `q1~id~t|l~endpoint~route~price version~µUSD~msat per USD~rate's time~binding hash~issued~expires~terms`. It carries no MAC:
 * L402 puts it in the macaroon, MPP under the challenge id, x402 under a seal.
 * @throws RangeError for identifiers that do not fit `[A-Za-z0-9_-]{1,64}` and numbers that are not natural.
 */
export function formatQuote(quote: Quote): string {
  const ids =
    quote.routeId === null ? [quote.id, quote.endpointId] : [quote.id, quote.endpointId, quote.routeId];
  if (!ids.every((text) => identifier.test(text)))
    throw new RangeError("An identifier of the quote does not fit");
  const text = [
    "q1",
    quote.id,
    quote.mode === "live" ? "l" : "t",
    quote.endpointId,
    quote.routeId ?? "",
    quote.priceVersion,
    quote.amount,
    quote.rate.msatPerUsd,
    quote.rate.asOf,
    quote.bindingHash,
    quote.issuedAt,
    quote.expiresAt,
    formatTerms(quote.terms),
  ].join("~");
  if (!pattern.test(text)) throw new RangeError("The quote has no printable form");
  return text;
}

/** Strict inverse of {@link formatQuote}: one spelling for each quote, `undefined` for anything else. */
export function parseQuote(text: string): Quote | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, quoteId = "", mode, endpointId = "", routeId = "", ...rest] = match;
  const [
    priceVersion = "",
    amount = "",
    msatPerUsd = "",
    asOf = "",
    bindingHash = "",
    issuedAt = "",
    expiresAt = "",
    termsText = "",
  ] = rest;
  const numbers = [priceVersion, asOf, issuedAt, expiresAt].map(Number);
  const terms = parseTerms(termsText);
  if (terms === undefined || !numbers.every(Number.isSafeInteger)) return undefined;
  return {
    id: quoteId,
    mode: mode === "l" ? "live" : "test",
    endpointId,
    routeId: routeId === "" ? null : routeId,
    priceVersion: Number(priceVersion),
    amount: BigInt(amount),
    terms,
    rate: { msatPerUsd: BigInt(msatPerUsd), asOf: Number(asOf) },
    bindingHash,
    issuedAt: Number(issuedAt),
    expiresAt: Number(expiresAt),
  };
}
