import { isJsonObject, type Json } from "@x402-paywall/core";

/** What a feed says one bitcoin costs. */
export interface FeedPrice {
  /** Dollars, decimal. */
  readonly price: string;
  /** When it was made, Unix seconds, where the feed says so. */
  readonly at?: number;
}

/** Somebody who publishes the price of bitcoin in dollars. */
export interface PriceFeed {
  readonly name: string;
  /** Answers GET with JSON, without a key. */
  readonly url: string;
  /** `undefined` for every answer that is not the price of one bitcoin in dollars. */
  readonly read: (answer: Json) => FeedPrice | undefined;
}

/** https://docs.cdp.coinbase.com: `{"data":{"amount":"97943.105","base":"BTC","currency":"USD"}}` */
const coinbase: PriceFeed = {
  name: "coinbase",
  url: "https://api.coinbase.com/v2/prices/BTC-USD/spot",
  read: (answer) => {
    const data = isJsonObject(answer) ? answer.data : undefined;
    if (!isJsonObject(data) || data.base !== "BTC" || data.currency !== "USD") return undefined;
    return toPrice(data.amount);
  },
};

/** https://docs.kraken.com/api/docs/rest-api/get-ticker-information: `c` is the last trade, `[price, volume]`. */
const kraken: PriceFeed = {
  name: "kraken",
  url: "https://api.kraken.com/0/public/Ticker?pair=XBTUSD",
  read: (answer) => {
    if (!isJsonObject(answer) || !Array.isArray(answer.error) || answer.error.length > 0) return undefined;
    const ticker = isJsonObject(answer.result) ? answer.result.XXBTZUSD : undefined;
    const last = isJsonObject(ticker) ? ticker.c : undefined;
    return Array.isArray(last) ? toPrice(last[0]) : undefined;
  },
};

/** https://www.bitstamp.net/api: `{"last":"97940.00","timestamp":"1732000000","pair":"BTC/USD",…}` */
const bitstamp: PriceFeed = {
  name: "bitstamp",
  url: "https://www.bitstamp.net/api/v2/ticker/btcusd/",
  read: (answer) => {
    if (!isJsonObject(answer) || typeof answer.timestamp !== "string") return undefined;
    const price = toPrice(answer.last);
    return price && /^\d{10}$/.test(answer.timestamp)
      ? { ...price, at: Number(answer.timestamp) }
      : undefined;
  },
};

/** https://docs.bitfinex.com/reference/rest-public-ticker: an array of numbers, the seventh is the last price. */
const bitfinex: PriceFeed = {
  name: "bitfinex",
  url: "https://api-pub.bitfinex.com/v2/ticker/tBTCUSD",
  read: (answer) =>
    Array.isArray(answer) && (answer.length === 10 || answer.length === 11) ? toPrice(answer[6]) : undefined,
};

/** Four exchanges that do not copy from each other. */
export const priceFeeds: readonly PriceFeed[] = [coinbase, kraken, bitstamp, bitfinex];

/** A number's shortest spelling is the one that was sent: prices have far fewer digits than a double keeps. */
function toPrice(value: Json | undefined): FeedPrice | undefined {
  if (typeof value === "string") return { price: value };
  return typeof value === "number" ? { price: String(value) } : undefined;
}
