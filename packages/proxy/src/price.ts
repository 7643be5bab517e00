import type { Crypto, Quote, Rate } from "@x402-paywall/core";
import { NO_RATE, toBase64Url } from "@x402-paywall/core";
import type { Endpoint } from "./endpoint.ts";
import type { PricedRequest } from "./price-visit.ts";
import type { RateSource } from "./rates/rate-source.ts";

export const DEFAULT_QUOTE_SECONDS = 300;

export interface QuoteInput {
  readonly priced: PricedRequest;
  /** Unix seconds. */
  readonly now: number;
  readonly seconds: number;
  readonly rates: RateSource;
  readonly crypto: Crypto;
}

/** Freezes the price and the exchange rate. Without a rate it is a quote all the same, payable in dollars. */
export function createQuote(input: QuoteInput): Quote {
  const { priced, now, crypto } = input;
  const { match, binding } = priced;
  return {
    id: toBase64Url(binding.newQuoteId(crypto)),
    mode: match.endpoint.mode,
    endpointId: match.endpoint.id,
    routeId: match.route?.id ?? null,
    priceVersion: match.price.version,
    amount: priced.amount,
    terms: priced.terms,
    rate: rateFor(match.endpoint, input.rates),
    bindingHash: priced.bindingHash,
    issuedAt: now,
    expiresAt: now + input.seconds,
  };
}

/** Exchanges are asked only for who sells for Bitcoin. */
function rateFor({ mode, rails }: Endpoint, rates: RateSource): Rate {
  if (mode === "live" && !rails.includes("lightning")) return NO_RATE;
  return rates.get(mode) ?? NO_RATE;
}
