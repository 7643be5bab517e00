import { formatPrice, parsePrice, type PriceJson } from "@x402-paywall/core";
import { parseDollars, parseUnitDollars } from "./dollars.ts";
import { type DurationForm, parseCount, parseDuration } from "./duration-form.ts";
import { errorsFromFields } from "./form-errors.ts";
import type { MeteredForm, PriceForm, RatesForm } from "./price-form.ts";

export type ParsedPriceForm =
  | { readonly ok: true; readonly price: PriceJson }
  | { readonly ok: false; readonly errors: Readonly<Record<string, string>> };

const DOLLARS = "Write dollars, such as 0.01 (up to six decimals).";
const FINE_DOLLARS = "Write dollars, such as 0.0004 (up to twelve decimals).";
const MONEY = "Write an amount above 0.";
const COUNT = "Write a whole number above 0.";

/**
 * Turns what was typed for the chosen model into the API's price. Errors stand under the names that the API uses:
 * `price.rates.outputToken`, `routes.2.price.uses`.
 * @param field Name of the price itself: `price`, `routes.2.price`.
 */
export function parsePriceForm(form: PriceForm, field: string): ParsedPriceForm {
  const reader = createReader(field);
  const free = ["", "0"].includes(form.freePerDay.trim())
    ? {}
    : { freePerDay: reader.count("freePerDay", form.freePerDay) };
  const typed = { model: form.model, ...readModel(form, reader), ...free };
  if (Object.keys(reader.errors).length > 0) return { ok: false, errors: reader.errors };
  const parsed = parsePrice(typed, field);
  return parsed.ok
    ? { ok: true, price: formatPrice(parsed.price) }
    : { ok: false, errors: errorsFromFields(parsed.errors) };
}

type Reader = ReturnType<typeof createReader>;

function createReader(field: string) {
  const errors: Record<string, string> = {};
  const read =
    <T, R>(parse: (value: T) => R | undefined, message: string) =>
    (name: string, value: T): R | null => {
      const found = parse(value);
      if (found === undefined) errors[`${field}.${name}`] = message;
      return found ?? null;
    };
  return {
    errors,
    dollars: read(parseDollars, DOLLARS),
    fineDollars: read(parseUnitDollars, FINE_DOLLARS),
    count: read((text: string) => parseCount(text) || undefined, COUNT),
    duration: read((value: DurationForm) => parseDuration(value), COUNT),
    /** Dollars above 0. */
    money(name: string, text: string): string | null {
      const amount = this.dollars(name, text);
      if (amount === "0") errors[`${field}.${name}`] = MONEY;
      return amount;
    },
  };
}

function readModel(form: PriceForm, reader: Reader): object {
  switch (form.model) {
    case "per-request":
      return { amount: reader.dollars("amount", form.perRequest.amount) };
    case "bundle":
      return {
        amount: reader.money("amount", form.bundle.amount),
        uses: reader.count("uses", form.bundle.uses),
        validSeconds: reader.duration("validSeconds", form.bundle.valid),
      };
    case "pass":
      return {
        amount: reader.money("amount", form.pass.amount),
        seconds: reader.duration("seconds", form.pass.lasts),
        maxUses: form.pass.maxUses.trim() === "" ? null : reader.count("maxUses", form.pass.maxUses),
      };
    case "metered":
      return readMetered(form.metered, reader);
    case "pay-what-you-want":
      return {
        minimum: reader.money("minimum", form.payWhatYouWant.minimum),
        suggested: reader.money("suggested", form.payWhatYouWant.suggested),
      };
    case "computed":
      return {
        expression: form.computed.expression,
        maximum: reader.money("maximum", form.computed.maximum),
      };
  }
}

function readMetered(form: MeteredForm, reader: Reader): object {
  return {
    rates: readRates(form.rates, reader),
    deposit: reader.money("deposit", form.deposit),
    validSeconds: reader.duration("validSeconds", form.valid),
    minimum: form.minimum.trim() === "" ? "0" : reader.dollars("minimum", form.minimum),
    cap: form.cap.trim() === "" ? null : reader.money("cap", form.cap),
    clampOutput: form.clampOutput,
    onLeave: form.onLeave,
  };
}

function readRates(rates: RatesForm, reader: Reader): object {
  const typed = Object.entries(rates).filter(([, text]) => text.trim() !== "");
  return Object.fromEntries(
    typed.map(([name, text]) => {
      const at = `rates.${name}`;
      if (name === "costPercent") return [name, reader.count(at, text.replace(/\s*%\s*$/, ""))];
      return [
        name,
        name === "second" || name === "unit" ? reader.fineDollars(at, text) : reader.dollars(at, text),
      ];
    }),
  );
}
