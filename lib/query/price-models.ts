import type { PriceModel } from "@x402-paywall/core";

export interface PriceModelChoice {
  readonly model: PriceModel;
  readonly label: string;
  /** One line for a creator who chooses. */
  readonly says: string;
}

/** In the order of the select: the simplest first. */
export const priceModels: readonly PriceModelChoice[] = [
  { model: "per-request", label: "Per request", says: "Each request costs the same." },
  {
    model: "metered",
    label: "By usage",
    says: "Tokens, seconds, megabytes or units: payers deposit an amount and are charged for what they use.",
  },
  { model: "bundle", label: "Bundle of requests", says: "One payment buys a number of requests." },
  { model: "pass", label: "Time pass", says: "One payment opens everything for some time." },
  {
    model: "pay-what-you-want",
    label: "Pay what you want",
    says: "The payer chooses the amount, from your minimum up.",
  },
  {
    model: "computed",
    label: "Computed",
    says: "A formula over method, path, query and JSON body sets the price of each request.",
  },
];

export function isPriceModel(text: string): text is PriceModel {
  return priceModels.some((entry) => entry.model === text);
}

/** Rates that a set of token prices fills in, USD for a million tokens. */
export interface TokenPreset {
  readonly label: string;
  readonly inputToken: string;
  readonly cachedInputToken: string;
  readonly outputToken: string;
}

export const tokenPresets: readonly TokenPreset[] = [
  { label: "Small model", inputToken: "0.15", cachedInputToken: "0.015", outputToken: "0.60" },
  { label: "Medium model", inputToken: "1.00", cachedInputToken: "0.10", outputToken: "4.00" },
  { label: "Large model", inputToken: "3.00", cachedInputToken: "0.30", outputToken: "15.00" },
];
