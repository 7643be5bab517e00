import type { Crypto, Quote, Rate } from "@x402-paywall/core";
import { PaywallError, toBase64Url } from "@x402-paywall/core";
import type { PricedRequest } from "./price-visit.ts";

/** Where exchange rates come from. `undefined`: the last one is too old to be used. */
export interface RateSource {
  get(): Rate | undefined;
}

/** A rate that never changes: TEST mode, tests. `msatPerUsd`: millisatoshi that one dollar buys. */
export function fixedRate(msatPerUsd: bigint): RateSource {
  const rate = { msatPerUsd, asOf: 0 };
  return { get: () => rate };
}

export const DEFAULT_QUOTE_SECONDS = 300;

export interface QuoteInput {
  readonly priced: PricedRequest;
  /** Unix seconds. */
  readonly now: number;
  readonly seconds: number;
  readonly rates: RateSource;
  readonly crypto: Crypto;
}

/** @throws PaywallError `rail_unavailable` where no usable exchange rate is at hand. */
export function createQuote(input: QuoteInput): Quote {
  const { priced, now, crypto } = input;
  const { match, binding } = priced;
  const rate = input.rates.get();
  if (rate === undefined) {
    throw new PaywallError("rail_unavailable", {
      detail: "No current exchange rate is available.",
      retryAfter: 30,
    });
  }
  return {
    id: toBase64Url(binding.newQuoteId(crypto)),
    mode: match.endpoint.mode,
    endpointId: match.endpoint.id,
    routeId: match.route?.id ?? null,
    priceVersion: match.price.version,
    amount: priced.amount,
    terms: priced.terms,
    rate,
    bindingHash: priced.bindingHash,
    issuedAt: now,
    expiresAt: now + input.seconds,
  };
}
