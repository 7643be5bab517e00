import type { MicroUsd } from "../money.ts";
import { formatUsd } from "../money.ts";
import type { MeteredPrice, Price, Rates } from "../price.ts";
import type { Terms } from "../terms.ts";
import type { Usage } from "../usage.ts";

/** A price in English, to the last unit: `$0.05 per request`, `10 requests for $1.00`, `$2.00 per 1M output tokens`. */
export function describePrice(price: Price): string {
  const free = price.freePerDay;
  if (free === undefined) return describeModel(price);
  return `${describeModel(price)}; ${count(free, "request")} a day free`;
}

function describeModel(price: Price): string {
  switch (price.model) {
    case "per-request":
      return price.amount === 0n ? "free" : `${dollars(price.amount)} per request`;
    case "computed":
      return `varies by request, at most ${dollars(price.maximum)}`;
    case "bundle":
      return `${count(price.uses, "request")} for ${dollars(price.amount)}`;
    case "pass": {
      const limit = price.maxUses === null ? "" : `, up to ${count(price.maxUses, "request")}`;
      return `${describeDuration(price.seconds)} for ${dollars(price.amount)}${limit}`;
    }
    case "metered":
      return describeMetered(price);
    case "pay-what-you-want":
      return `pay what you want, from ${dollars(price.minimum)} per request`;
  }
}

function describeMetered({ rates, minimum, cap }: MeteredPrice): string {
  const least = minimum === 0n ? "" : `, at least ${dollars(minimum)} per request`;
  const most = cap === null ? "" : `, at most ${dollars(cap)} per request`;
  return `${describeRates(rates)}${least}${most}`;
}

/** What a payment of this amount buys: `10 requests within 30 days`, `24 hours of access`, `$5.00 of balance for 30 days`. */
export function describeTerms(terms: Terms, amount: MicroUsd): string {
  switch (terms.kind) {
    case "use":
      return "this request";
    case "uses":
      return `${count(terms.uses, "request")} within ${describeDuration(terms.seconds)}`;
    case "pass":
      return `${describeDuration(terms.seconds)} of access`;
    case "balance":
      return `${dollars(amount)} of balance for ${describeDuration(terms.seconds)}`;
  }
}

/** The rates of a metered price, to the last digit: `$1.00 per 1M input tokens, $2.00 per 1M output tokens`. */
export function describeRates(rates: Rates): string {
  const parts: string[] = [];
  const perMillion = (rate: bigint | undefined, unit: string) => {
    if (rate !== undefined) parts.push(rate === 0n ? `${unit} free` : `${dollars(rate)} per 1M ${unit}`);
  };
  perMillion(rates.inputToken, "input tokens");
  perMillion(rates.cachedInputToken, "cached input tokens");
  perMillion(rates.outputToken, "output tokens");
  if (rates.second !== undefined) parts.push(describeUnitRate(rates.second, "second", 3600n, "hour"));
  if (rates.byte !== undefined)
    parts.push(rates.byte === 0n ? "bytes free" : `${dollars(rates.byte)} per MB`);
  if (rates.unit !== undefined) parts.push(describeUnitRate(rates.unit, "unit", 1000n, "1,000 units"));
  if (rates.costPercent !== undefined) parts.push(`${rates.costPercent}% of the upstream's cost`);
  return parts.length === 0 ? "free" : parts.join(", ");
}

const MILLION = 1_000_000n;

/** A rate for a million in the smallest words that lose nothing: for one, for a larger unit, or for the million. */
function describeUnitRate(rate: bigint, one: string, larger: bigint, largerName: string): string {
  if (rate === 0n) return `${one}s free`;
  if (rate % MILLION === 0n) return `${dollars(rate / MILLION)} per ${one}`;
  if ((rate * larger) % MILLION === 0n) return `${dollars((rate * larger) / MILLION)} per ${largerName}`;
  return `${dollars(rate)} per 1M ${one}s`;
}

const durations = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
] as const;

/** Exact: `30 days`, `24 hours`, `90 minutes`, `61 seconds`. */
export function describeDuration(seconds: number): string {
  // One day is 24 hours: it does not end at midnight.
  const unit = durations.find(([size]) => seconds % size === 0 && seconds > (size === 86_400 ? size : 0));
  return unit === undefined ? count(seconds, "second") : count(seconds / unit[0], unit[1]);
}

/** What was measured: `1,200 input tokens, 345 output tokens (estimated)`; empty where nothing was. */
export function describeUsage(usage: Usage): string {
  const parts: string[] = [];
  const add = (value: number | undefined, unit: string) => {
    if (value !== undefined) parts.push(count(value, unit));
  };
  add(usage.inputTokens, "input token");
  add(usage.cachedInputTokens, "cached input token");
  add(usage.outputTokens, "output token");
  if (usage.milliseconds !== undefined) parts.push(`${group(`${usage.milliseconds / 1000}`)} s`);
  add(usage.bytes, "byte");
  add(usage.units, "unit");
  if (usage.costPicoUsd !== undefined) parts.push(`an upstream cost of ${pico(usage.costPicoUsd)}`);
  const text = parts.join(", ");
  return usage.estimated === true && text !== "" ? `${text} (estimated)` : text;
}

/** 1e-12 USD: the digits beyond µUSD are put behind, without zeros at the end. */
function pico(amount: bigint): string {
  const rest = (amount % MILLION).toString().padStart(6, "0").replace(/0+$/, "");
  if (rest === "") return dollars(amount / MILLION);
  const [whole = "", decimals = ""] = formatUsd(amount / MILLION).split(".");
  return `$${group(whole)}.${decimals.padEnd(6, "0")}${rest}`;
}

function dollars(amount: MicroUsd): string {
  return `$${group(formatUsd(amount))}`;
}

function count(value: number, unit: string): string {
  return `${group(`${value}`)} ${unit}${value === 1 ? "" : "s"}`;
}

/** Commas between thousands of the whole part. */
function group(decimal: string): string {
  return decimal.replace(/^\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ","));
}
