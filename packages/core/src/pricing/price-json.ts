import { isJsonObject } from "../canonical-json.ts";
import type { MeteredPrice, Price, Rates } from "../price.ts";
import type { FieldProblem } from "../problem.ts";
import { FieldReader } from "./field-reader.ts";
import { compileExpression } from "./price-expression.ts";
import * as limits from "./price-limits.ts";

/** A {@link Price} as the API, the database and the forms have it: the same members, amounts as decimal strings of µUSD. */
export type PriceJson = (
  | { readonly model: "per-request"; readonly amount: string }
  | { readonly model: "computed"; readonly expression: string; readonly maximum: string }
  | {
      readonly model: "bundle";
      readonly amount: string;
      readonly uses: number;
      readonly validSeconds: number;
    }
  | {
      readonly model: "pass";
      readonly amount: string;
      readonly seconds: number;
      readonly maxUses: number | null;
    }
  | MeteredPriceJson
  | { readonly model: "pay-what-you-want"; readonly minimum: string; readonly suggested: string }
) & { readonly freePerDay?: number };

export interface MeteredPriceJson {
  readonly model: "metered";
  readonly rates: RatesJson;
  readonly deposit: string;
  readonly validSeconds: number;
  readonly minimum: string;
  readonly cap: string | null;
  readonly clampOutput: boolean;
  readonly onLeave: "cancel" | "drain";
}

/** Decimal strings of µUSD for 1,000,000 units; `costPercent` is a number. */
export type RatesJson = { readonly [Rate in Exclude<keyof Rates, "costPercent">]?: string } & {
  readonly costPercent?: number;
};

export type ParsedPrice =
  | { readonly ok: true; readonly price: Price }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

const models = ["per-request", "computed", "bundle", "pass", "metered", "pay-what-you-want"] as const;
const rateNames = ["inputToken", "cachedInputToken", "outputToken", "second", "byte", "unit"] as const;

/**
 * Reads a price, strictly: unknown members are refused, each problem names its member below `field`. May be left out:
 * `freePerDay` (none), `maxUses` (not counted), and of a metered price `minimum` (0), `cap` (the deposit),
 * `clampOutput` (true) and `onLeave` (`cancel`). Never throws.
 */
export function parsePrice(json: unknown, field: string): ParsedPrice {
  if (!isJsonObject(json))
    return {
      ok: false,
      errors: [{ field, message: 'Send an object such as {"model":"per-request","amount":"10000"}.' }],
    };
  const reader = new FieldReader(json, field);
  const model = reader.choice("model", models);
  const read = model === undefined ? undefined : readModel(model, reader);
  const freePerDay = reader.optional("freePerDay", undefined, () =>
    reader.count("freePerDay", limits.MAX_FREE_PER_DAY),
  );
  const errors = reader.finish(model !== undefined);
  if (read === undefined || errors.length > 0) return { ok: false, errors };
  return { ok: true, price: freePerDay === undefined ? read : { ...read, freePerDay } };
}

function readModel(model: (typeof models)[number], reader: FieldReader): Price {
  switch (model) {
    case "per-request":
      return { model, amount: reader.amount("amount", 0n) };
    case "computed":
      return { model, expression: readExpression(reader), maximum: reader.amount("maximum", 1n) };
    case "bundle": {
      const uses = reader.count("uses", limits.MAX_USES);
      const validSeconds = reader.count("validSeconds", limits.MAX_SECONDS);
      return { model, amount: reader.amount("amount", 1n), uses, validSeconds };
    }
    case "pass": {
      const seconds = reader.count("seconds", limits.MAX_SECONDS);
      const maxUses = reader.optional("maxUses", null, () => reader.count("maxUses", limits.MAX_USES));
      return { model, amount: reader.amount("amount", 1n), seconds, maxUses };
    }
    case "metered":
      return readMetered(reader);
    case "pay-what-you-want": {
      const minimum = reader.amount("minimum", 1n);
      const suggested = reader.amount("suggested", 1n);
      if (reader.isClean && suggested < minimum) reader.refuse("suggested", "Suggest at least the minimum.");
      return { model, minimum, suggested };
    }
  }
}

function readExpression(reader: FieldReader): string {
  const text = reader.text("expression");
  const compiled = compileExpression(text);
  if (!compiled.ok) reader.refuse("expression", `Not an expression: ${compiled.message}.`);
  return text;
}

function readMetered(reader: FieldReader): MeteredPrice {
  const deposit = reader.amount("deposit", 1n);
  const minimum = reader.optional("minimum", 0n, () => reader.amount("minimum", 0n));
  const cap = reader.optional("cap", null, () => reader.amount("cap", 1n));
  if (reader.isClean && minimum > (cap ?? deposit))
    reader.refuse("minimum", "Charge at most what one answer can cost: the cap, or the deposit without one.");
  if (reader.isClean && cap !== null && cap > deposit * limits.MAX_CAP_IN_DEPOSITS)
    reader.refuse(
      "cap",
      `Lower the cap to ${limits.MAX_CAP_IN_DEPOSITS} deposits at most, or raise the deposit.`,
    );
  return {
    model: "metered",
    rates: readRates(reader),
    deposit,
    validSeconds: reader.count("validSeconds", limits.MAX_SECONDS),
    minimum,
    cap,
    clampOutput: reader.optional("clampOutput", true, () => reader.flag("clampOutput")),
    onLeave: reader.optional(
      "onLeave",
      "cancel",
      () => reader.choice("onLeave", ["cancel", "drain"]) ?? "cancel",
    ),
  };
}

function readRates(reader: FieldReader): Rates {
  const rates = reader.object("rates", "Send an object of rates in µUSD for 1,000,000 units.");
  if (rates === undefined) return {};
  const given = rateNames.filter((name) => rates.has(name));
  const read = given.map((name) => [name, rates.amount(name, 0n)] as const);
  const costPercent = rates.optional("costPercent", undefined, () =>
    rates.count("costPercent", limits.MAX_COST_PERCENT),
  );
  const isFree = costPercent === undefined && read.every(([, rate]) => rate === 0n);
  const problems = rates.finish(true);
  reader.add(problems);
  if (isFree && problems.length === 0)
    reader.refuse("rates", `Give at least one rate above 0: ${rateNames.join(", ")} or costPercent.`);
  return { ...Object.fromEntries(read), ...(costPercent === undefined ? {} : { costPercent }) };
}

/** Inverse of {@link parsePrice}: the same price always yields the same members in the same order. */
export function formatPrice(price: Price): PriceJson {
  const { freePerDay } = price;
  const json = formatModel(price);
  return freePerDay === undefined ? json : { ...json, freePerDay };
}

function formatModel(price: Price): PriceJson {
  switch (price.model) {
    case "per-request":
      return { model: price.model, amount: `${price.amount}` };
    case "computed":
      return { model: price.model, expression: price.expression, maximum: `${price.maximum}` };
    case "bundle": {
      const { model, amount, uses, validSeconds } = price;
      return { model, amount: `${amount}`, uses, validSeconds };
    }
    case "pass": {
      const { model, amount, seconds, maxUses } = price;
      return { model, amount: `${amount}`, seconds, maxUses };
    }
    case "metered": {
      const { model, deposit, validSeconds, minimum, cap, clampOutput, onLeave } = price;
      const rates = formatRates(price.rates);
      const amounts = { minimum: `${minimum}`, cap: cap === null ? null : `${cap}` };
      return { model, rates, deposit: `${deposit}`, validSeconds, ...amounts, clampOutput, onLeave };
    }
    case "pay-what-you-want": {
      const { model, minimum, suggested } = price;
      return { model, minimum: `${minimum}`, suggested: `${suggested}` };
    }
  }
}

function formatRates(rates: Rates): RatesJson {
  const given = rateNames.flatMap((name) =>
    rates[name] === undefined ? [] : [[name, `${rates[name]}`] as const],
  );
  const { costPercent } = rates;
  return { ...Object.fromEntries(given), ...(costPercent === undefined ? {} : { costPercent }) };
}
