import type { PriceJson, PriceModel } from "@x402-paywall/core";
import { formatDollars, formatUnitDollars } from "./dollars.ts";
import { type DurationForm, formatDuration } from "./duration-form.ts";

/** USD as typed: tokens for a million, the others for a second, a megabyte and a unit; cost in percent. Empty: free. */
export interface RatesForm {
  readonly inputToken: string;
  readonly cachedInputToken: string;
  readonly outputToken: string;
  readonly second: string;
  readonly byte: string;
  readonly unit: string;
  readonly costPercent: string;
}

export type RateName = keyof RatesForm;

/**
 * What the price editor's inputs hold: text as typed, for each model at once, so that a look at another model costs
 * nothing. Amounts are US dollars.
 */
export interface PriceForm {
  readonly model: PriceModel;
  /** Empty: none. */
  readonly freePerDay: string;
  readonly perRequest: { readonly amount: string };
  readonly bundle: { readonly amount: string; readonly uses: string; readonly valid: DurationForm };
  /** `maxUses` empty: not counted. */
  readonly pass: { readonly amount: string; readonly lasts: DurationForm; readonly maxUses: string };
  readonly metered: MeteredForm;
  readonly payWhatYouWant: { readonly minimum: string; readonly suggested: string };
  readonly computed: { readonly expression: string; readonly maximum: string };
}

export interface MeteredForm {
  readonly rates: RatesForm;
  readonly deposit: string;
  readonly valid: DurationForm;
  /** Empty: none. */
  readonly minimum: string;
  /** Empty: the deposit. */
  readonly cap: string;
  readonly clampOutput: boolean;
  readonly onLeave: "cancel" | "drain";
}

const noRates: RatesForm = {
  inputToken: "",
  cachedInputToken: "",
  outputToken: "",
  second: "",
  byte: "",
  unit: "",
  costPercent: "",
};

/** One cent for each request, and something sensible behind each other model. */
export const emptyPrice: PriceForm = {
  model: "per-request",
  freePerDay: "",
  perRequest: { amount: "0.01" },
  bundle: { amount: "1.00", uses: "100", valid: { count: "30", unit: "days" } },
  pass: { amount: "1.00", lasts: { count: "24", unit: "hours" }, maxUses: "" },
  metered: {
    rates: { ...noRates, inputToken: "1.00", outputToken: "4.00" },
    deposit: "0.50",
    valid: { count: "30", unit: "days" },
    minimum: "",
    cap: "",
    clampOutput: true,
    onLeave: "cancel",
  },
  payWhatYouWant: { minimum: "0.10", suggested: "1.00" },
  computed: { expression: 'body.model == "large" ? 0.05 : 0.01', maximum: "0.05" },
};

/** A price as its creator would have typed it. */
export function formFromPrice(price: PriceJson): PriceForm {
  const freePerDay = price.freePerDay === undefined ? "" : String(price.freePerDay);
  return { ...emptyPrice, ...modelForm(price), model: price.model, freePerDay };
}

function modelForm(price: PriceJson): Partial<PriceForm> {
  switch (price.model) {
    case "per-request":
      return { perRequest: { amount: formatDollars(price.amount) } };
    case "bundle":
      return {
        bundle: {
          amount: formatDollars(price.amount),
          uses: String(price.uses),
          valid: formatDuration(price.validSeconds),
        },
      };
    case "pass":
      return {
        pass: {
          amount: formatDollars(price.amount),
          lasts: formatDuration(price.seconds),
          maxUses: price.maxUses === null ? "" : String(price.maxUses),
        },
      };
    case "metered":
      return { metered: meteredForm(price) };
    case "pay-what-you-want":
      return {
        payWhatYouWant: {
          minimum: formatDollars(price.minimum),
          suggested: formatDollars(price.suggested),
        },
      };
    case "computed":
      return { computed: { expression: price.expression, maximum: formatDollars(price.maximum) } };
  }
}

function meteredForm(price: Extract<PriceJson, { model: "metered" }>): MeteredForm {
  const { rates } = price;
  return {
    rates: {
      inputToken: perMillion(rates.inputToken),
      cachedInputToken: perMillion(rates.cachedInputToken),
      outputToken: perMillion(rates.outputToken),
      second: perOne(rates.second),
      byte: perMillion(rates.byte),
      unit: perOne(rates.unit),
      costPercent: rates.costPercent === undefined ? "" : String(rates.costPercent),
    },
    deposit: formatDollars(price.deposit),
    valid: formatDuration(price.validSeconds),
    minimum: price.minimum === "0" ? "" : formatDollars(price.minimum),
    cap: price.cap === null ? "" : formatDollars(price.cap),
    clampOutput: price.clampOutput,
    onLeave: price.onLeave,
  };
}

function perMillion(rate: string | undefined): string {
  return rate === undefined ? "" : formatDollars(rate);
}

function perOne(rate: string | undefined): string {
  return rate === undefined ? "" : formatUnitDollars(rate);
}
