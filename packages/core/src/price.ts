import type { MicroUsd } from "./money.ts";

/**
 * What a request costs and what a payment buys: one type for the endpoint's default, for each rule, for the editor and
 * for the price history. Amounts are µUSD. A new model is a member here, its terms in `terms.ts` and nothing in between.
 */
export type Price =
  | PerRequestPrice
  | ComputedPrice
  | BundlePrice
  | PassPrice
  | MeteredPrice
  | PayWhatYouWantPrice;

export type PriceModel = Price["model"];

interface PriceBase {
  /** Requests that each payer gets for nothing per day (UTC); absent: none. */
  readonly freePerDay?: number;
}

/** The same for each request; 0 is an explicit free route. */
export interface PerRequestPrice extends PriceBase {
  readonly model: "per-request";
  readonly amount: MicroUsd;
}

/** An expression over method, path, query and JSON body fields; see `price-expression.ts`. */
export interface ComputedPrice extends PriceBase {
  readonly model: "computed";
  /** Yields US dollars: `body.model == "large" ? 0.05 : 0.01`. */
  readonly expression: string;
  /** No request costs more; charged whenever the expression cannot be evaluated without a doubt. */
  readonly maximum: MicroUsd;
}

/** One payment, so many requests. */
export interface BundlePrice extends PriceBase {
  readonly model: "bundle";
  readonly amount: MicroUsd;
  readonly uses: number;
  readonly validSeconds: number;
}

/** One payment, each request for some time. */
export interface PassPrice extends PriceBase {
  readonly model: "pass";
  readonly amount: MicroUsd;
  readonly seconds: number;
  /** `null`: not counted. */
  readonly maxUses: number | null;
}

/** By actual usage: drawn from a balance, or captured from a signed maximum after the last byte. */
export interface MeteredPrice extends PriceBase {
  readonly model: "metered";
  readonly rates: Rates;
  /** What a payment puts on the balance. */
  readonly deposit: MicroUsd;
  readonly validSeconds: number;
  /** Least charge of a request that was answered. */
  readonly minimum: MicroUsd;
  /** Most that one answer can cost, and the maximum that x402 `upto` signs; `null`: the deposit. */
  readonly cap: MicroUsd | null;
  /** Lowers the request's limit of output tokens to what the balance affords. */
  readonly clampOutput: boolean;
  /** A payer leaves in the middle: stop the upstream, or read on for so long to learn what it reports. */
  readonly onLeave: "cancel" | "drain";
}

/** The payer names the amount. */
export interface PayWhatYouWantPrice extends PriceBase {
  readonly model: "pay-what-you-want";
  readonly minimum: MicroUsd;
  /** What the payment page starts with; at least the minimum. */
  readonly suggested: MicroUsd;
}

/** µUSD for 1,000,000 of each unit (so `byte` is µUSD per MB, `outputToken` µUSD per million tokens); absent: free. */
export interface Rates {
  readonly inputToken?: bigint;
  readonly cachedInputToken?: bigint;
  readonly outputToken?: bigint;
  readonly second?: bigint;
  readonly byte?: bigint;
  /** What the upstream reports as `X-Paywall-Usage`. */
  readonly unit?: bigint;
  /** Percent of the cost that the upstream itself reports (OpenRouter): 120 adds a fifth. */
  readonly costPercent?: number;
}
