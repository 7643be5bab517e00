import type { Quote } from "@x402-paywall/core";

/** A quote as it lies in `payment.quote`: JSON knows no bigint. */
export function storedQuote(quote: Quote): object {
  return {
    ...quote,
    amount: `${quote.amount}`,
    rate: { ...quote.rate, msatPerUsd: `${quote.rate.msatPerUsd}` },
  };
}
