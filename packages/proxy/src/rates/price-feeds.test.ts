import { type Json, parseJson } from "@x402-paywall/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { priceFeeds } from "./price-feeds.ts";

/** As the exchanges answer. */
const recorded: Readonly<Record<string, string>> = {
  coinbase: '{"data":{"amount":"97943.105","base":"BTC","currency":"USD"}}',
  kraken:
    '{"error":[],"result":{"XXBTZUSD":{"a":["97950.00000","1","1.000"],"b":["97949.90000","2","2.000"],"c":["97943.10000","0.00067643"],"v":["4083.67001100","4412.73601799"],"p":["97706.77771","97689.13205"],"t":[34619,38907],"l":["96868.30000","96868.30000"],"h":["98631.00000","98631.00000"],"o":"97502.80000"}}}',
  bitstamp:
    '{"timestamp":"1764300000","open":"97500","high":"98630","low":"96870","last":"97940","volume":"1567.11","vwap":"97700","bid":"97939","ask":"97941","side":"0","open_24":"97100","percent_change_24":"0.87","market_type":"SPOT"}',
  bitfinex: "[97940,12.5,97942,9.75,840,0.0086505,97941.5,310.55,98640,96850]",
};
const expected: Readonly<Record<string, object>> = {
  coinbase: { price: "97943.105" },
  kraken: { price: "97943.10000" },
  bitstamp: { price: "97940", at: 1_764_300_000 },
  bitfinex: { price: "97941.5" },
};

describe.each(priceFeeds)("the price of $name", ({ name, url, read }) => {
  const text = recorded[name] ?? "";

  it("is read as it is answered", () => {
    expect(read(parseJson(text) ?? null)).toEqual(expected[name]);
    expect(url).toMatch(/^https:\/\//);
  });

  it("is none in any answer that lacks a part of it", () => {
    const whole = parseJson(text);
    expect(read(null)).toBeUndefined();
    expect(read({})).toBeUndefined();
    expect(read([])).toBeUndefined();
    for (const other of Object.values(recorded))
      if (other !== text) expect(read(parseJson(other) ?? null)).toBeUndefined();
    expect(whole).toBeDefined();
  });

  it("never throws on garbage", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void read(JSON.parse(JSON.stringify(value)) as Json)));
  });
});

it.each([
  ["coinbase", '{"data":{"amount":"97943.105","base":"ETH","currency":"USD"}}'],
  ["coinbase", '{"data":{"amount":"97943.105","base":"BTC","currency":"EUR"}}'],
  ["coinbase", '{"errors":[{"id":"not_found"}]}'],
  ["kraken", '{"error":["EService:Unavailable"],"result":{"XXBTZUSD":{"c":["97943.1","1"]}}}'],
  ["kraken", '{"error":[],"result":{"XETHZUSD":{"c":["3943.1","1"]}}}'],
  ["bitstamp", '{"last":"97940"}'],
  ["bitfinex", '["error",11010,"ratelimit: error"]'],
  ["bitfinex", '["tBTCUSD",97940,12.5,97942,9.75,840,0.0086505,97941.5,310.55,98640,96850,1]'],
])("%s: %s is no price", (name, text) => {
  const feed = priceFeeds.find((each) => each.name === name);
  expect(feed?.read(parseJson(text) ?? null)).toBeUndefined();
});
