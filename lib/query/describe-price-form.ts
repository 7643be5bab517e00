import { describePrice, parsePrice, type PriceJson } from "@x402-paywall/core";
import { parsePriceForm } from "./parse-price-form.ts";
import type { PriceForm } from "./price-form.ts";

/** A price of the API in words: `"$0.01 per request"`. */
export function describePriceJson(json: PriceJson): string {
  const parsed = parsePrice(json, "price");
  // A server that is newer than this page may know models that the page does not.
  return parsed.ok ? describePrice(parsed.price) : "a price that this page cannot read";
}

/** What has been typed in words; `undefined` while it is no price. */
export function describePriceForm(form: PriceForm): string | undefined {
  const parsed = parsePriceForm(form, "price");
  return parsed.ok ? describePriceJson(parsed.price) : undefined;
}
