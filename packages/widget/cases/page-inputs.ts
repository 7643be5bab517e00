import type { PaymentPageInput, Price, Quote, StreamPageInput, Terms } from "@x402-paywall/core";

const bolt11 = `lnbcrt160n1p5${"q5ywqyjqxpzry9x8gf2tvdw0s3jn54khce6mua7l".repeat(7)}`;

const quote: Quote = {
  id: "q_0123456789abcdefghijkl",
  mode: "test",
  endpointId: "ep_weather",
  routeId: null,
  priceVersion: 1,
  amount: 10_000n,
  terms: { kind: "use" },
  rate: { msatPerUsd: 1_543_210n, asOf: 1_790_000_000 },
  bindingHash: "A".repeat(43),
  issuedAt: 1_790_000_000,
  expiresAt: 1_790_000_600,
};

/** A quote of one cent on all rails; what a test cares about is given. */
export function pageInput(changes: Partial<PaymentPageInput> = {}): PaymentPageInput {
  return {
    title: "Weather, hour by hour",
    description:
      "Temperature, wind and sky for any city, refreshed each hour. One call gives the next 48 hours.",
    creatorName: "Ada's Observatory",
    mode: "test",
    price: { model: "per-request", amount: 10_000n },
    kind: "json",
    chooseUrl: null,
    quote,
    resourceUrl: "http://127.0.0.1:4020/p/weather/v1/forecast?city=Lisbon&units=metric",
    method: "GET",
    lightning: {
      bolt11,
      paymentHash: "ab".repeat(32),
      amountMsat: 16_000n,
      token: "AgELcGF5d2FsbC10ZXN0AkIAAM4b/+abcdefghijklmnopqrstuvwxyz0123456789==",
    },
    evm: [
      {
        scheme: "exact",
        network: "eip155:84532",
        amount: "10000",
        asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        payTo: "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
        maxTimeoutSeconds: 600,
        extra: { name: "USDC", version: "2", quote: "q1~...", seal: "s" },
      },
    ],
    statusUrl: "/p/weather/.status",
    unlockUrl: "/p/weather/.unlock",
    resourcePath: "/p/weather/v1/forecast?city=Lisbon&units=metric",
    sandboxPayUrl: "http://localhost:3000/api/v1/sandbox/pay",
    error: null,
    nonce: "bm9uY2Utb2YtMTYtYnl0ZXM=",
    ...changes,
  };
}

/** The usual quote for other terms and another amount. */
export function quoteOf(terms: Terms, amount = 10_000n): Quote {
  return { ...quote, terms, amount };
}

export const meteredPrice: Price = {
  model: "metered",
  rates: { outputToken: 2_000_000n },
  deposit: 500_000n,
  validSeconds: 2_592_000,
  minimum: 0n,
  cap: null,
  clampOutput: true,
  onLeave: "cancel",
};

export const freeChoice: Price = { model: "pay-what-you-want", minimum: 100_000n, suggested: 500_000n };

/** A story, by the token. */
export function streamInput(changes: Partial<StreamPageInput> = {}): StreamPageInput {
  return {
    title: "A story, told to you",
    creatorName: "Ada's Observatory",
    mode: "test",
    price: meteredPrice,
    resourcePath: "/p/story/v1/story?tokens=400",
    infoUrl: "/p/story/.info",
    nonce: "bm9uY2Utb2YtMTYtYnl0ZXM=",
    ...changes,
  };
}
