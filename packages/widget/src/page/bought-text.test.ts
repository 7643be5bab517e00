import type { PaymentPageInput, Price, Terms } from "@x402-paywall/core";
import { describe, expect, test } from "vitest";
import { freeChoice, meteredPrice, pageInput, quoteOf } from "../../cases/page-inputs.ts";
import { fill } from "../parts/messages.ts";
import { topUpOf } from "../parts/slip.ts";
import { boughtText } from "./bought-text.ts";
import { english } from "./page-messages.ts";

const day = 86_400;
const input = (terms: Terms, price?: Price): PaymentPageInput => {
  const { price: _, ...rest } = pageInput();
  return { ...rest, quote: quoteOf(terms), ...(price === undefined ? {} : { price }) };
};
const text = (terms: Terms, price?: Price) => boughtText(input(terms, price), english).join(" ");

describe("what the amount buys", () => {
  const amount = 10_000n;
  const bundle = { model: "bundle", amount, uses: 10, validSeconds: 30 * day } as const;
  const pass = { model: "pass", amount, seconds: day, maxUses: null } as const;

  test.each<[string, Terms, Price]>([
    ["One request.", { kind: "use" }, { model: "per-request", amount }],
    ["One request.", { kind: "use" }, { model: "computed", expression: "0.01", maximum: amount }],
    ["One request.", { kind: "use" }, freeChoice],
    [
      "One request. Free each day: 3 requests.",
      { kind: "use" },
      { model: "per-request", amount, freePerDay: 3 },
    ],
    [
      "One request. Free each day: 1 request.",
      { kind: "use" },
      { model: "per-request", amount, freePerDay: 1 },
    ],
    ["10 requests, valid until Oct 21, 2026.", { kind: "uses", uses: 10, seconds: 30 * day }, bundle],
    ["1,000 requests, valid for 36 hours.", { kind: "uses", uses: 1000, seconds: 1.5 * day }, bundle],
    ["Everything at this price for 24 hours.", { kind: "pass", seconds: day }, pass],
    [
      "Everything at this price for 24 hours, up to 100 requests.",
      { kind: "uses", uses: 100, seconds: day },
      { ...pass, maxUses: 100 },
    ],
    [
      "A balance to spend: $2.00 per 1M output tokens. What is left stays yours until Oct 21, 2026. Free each day: 5 requests.",
      { kind: "balance", seconds: 30 * day },
      { ...meteredPrice, freePerDay: 5 },
    ],
  ])("%s", (words, terms, price) => {
    expect(text(terms, price)).toBe(words);
  });

  test.each<[string, Terms]>([
    [
      "Adds to your balance, which then stays yours for at least 30 days.",
      { kind: "balance", seconds: 30 * day, into: "ent_a" },
    ],
    [
      "Adds 10 requests, valid for at least 30 days.",
      { kind: "uses", uses: 10, seconds: 30 * day, into: "ent_a" },
    ],
    ["Adds 24 hours of access.", { kind: "pass", seconds: day, into: "ent_a" }],
  ])("a top-up: %s", (words, terms) => {
    expect(text(terms)).toBe(words);
    expect(topUpOf(input(terms).quote.terms)?.into).toBe("ent_a");
  });

  test("another payment is no top-up", () => {
    expect(topUpOf({ kind: "use" })).toBeUndefined();
    expect(topUpOf({ kind: "balance", seconds: 1 })).toBeUndefined();
  });
});

test("a value is put in once, whatever it holds", () => {
  expect(fill("{a} and {b}, {c}", { a: "{b}", b: "$&" })).toBe("{b} and $&, {c}");
});
