import type {
  BundlePrice,
  ComputedPrice,
  MeteredPrice,
  PassPrice,
  PayWhatYouWantPrice,
  Rates,
} from "@x402-paywall/core";
import { PaywallConfigError } from "./config-error.ts";
import { readUsd, type Usd } from "./usd.ts";

const DAY = 86_400;
const PER_ONE = 1_000_000n;

const RATES = [
  "inputTokens",
  "cachedInputTokens",
  "outputTokens",
  "second",
  "megabyte",
  "unit",
] as const satisfies readonly (keyof MeteredInput)[];

/** What is paid for, in dollars; at least one of the rates. */
export interface MeteredInput {
  /** For a million tokens. */
  readonly inputTokens?: Usd;
  /** For a million tokens; default: as `inputTokens`. */
  readonly cachedInputTokens?: Usd;
  /** For a million tokens. */
  readonly outputTokens?: Usd;
  /** For one second of the answer. */
  readonly second?: Usd;
  /** For 1,000,000 bytes of the answer. */
  readonly megabyte?: Usd;
  /** For one unit that the handler reports. */
  readonly unit?: Usd;
  /** What one payment puts on the payer's balance. */
  readonly deposit: Usd;
  /** Most that one answer can cost; default: the deposit. */
  readonly cap?: Usd;
  /** Least charge of an answer; default: none. */
  readonly minimum?: Usd;
  /** How long a balance lives without a top-up. Default 365. */
  readonly days?: number;
  /** A payer leaves in the middle: stop there, or go on to the end. Default `cancel`. */
  readonly onLeave?: "cancel" | "drain";
}

/** By usage: drawn from a balance while the answer streams, or captured from a signed maximum (x402 `upto`). */
export function metered(input: MeteredInput): MeteredPrice {
  refuseUnknownRates(input);
  const usd = (name: keyof MeteredInput, least = 0n) => readUsd(input[name], `metered.${name}`, least);
  const rate = (name: keyof MeteredInput, per = 1n) =>
    input[name] === undefined ? undefined : usd(name) * per;
  const rates = {
    inputToken: rate("inputTokens"),
    cachedInputToken: rate("cachedInputTokens"),
    outputToken: rate("outputTokens"),
    second: rate("second", PER_ONE),
    byte: rate("megabyte"),
    unit: rate("unit", PER_ONE),
  };
  const deposit = usd("deposit", 1n);
  const cap = input.cap === undefined ? null : usd("cap", 1n);
  const minimum = input.minimum === undefined ? 0n : usd("minimum");
  if (minimum > (cap ?? deposit))
    throw new PaywallConfigError(
      "metered.minimum",
      "It is more than one answer can cost.",
      "Raise the cap (without one: the deposit), or lower the minimum.",
    );
  if (!Object.values(rates).some((one) => one !== undefined && one > 0n))
    throw new PaywallConfigError(
      "metered",
      "Without a rate above $0 answers would be free.",
      `Give one of ${RATES.join(", ")}.`,
    );
  return {
    model: "metered",
    rates: given(rates),
    deposit,
    validSeconds: count(input.days ?? 365, "metered.days") * DAY,
    minimum,
    cap,
    clampOutput: false,
    onLeave: input.onLeave ?? "cancel",
  };
}

/** One payment, so many requests of the same route. */
export function bundle(
  price: Usd,
  { uses, days = 365 }: { readonly uses: number; readonly days?: number },
): BundlePrice {
  const validSeconds = count(days, "bundle.days") * DAY;
  return {
    model: "bundle",
    amount: readUsd(price, "bundle", 1n),
    uses: count(uses, "bundle.uses"),
    validSeconds,
  };
}

/** One payment, each request of the same route for some time. */
export function pass(
  price: Usd,
  { hours, maxUses }: { readonly hours: number; readonly maxUses?: number },
): PassPrice {
  const seconds = Math.round(hours * 3600);
  const most = maxUses === undefined ? null : count(maxUses, "pass.maxUses");
  return {
    model: "pass",
    amount: readUsd(price, "pass", 1n),
    seconds: count(seconds, "pass.hours"),
    maxUses: most,
  };
}

/** An expression over `method`, `path`, `query.x` and `body.x` that yields dollars; a doubt costs the maximum. */
export function computed(expression: string, { maximum }: { readonly maximum: Usd }): ComputedPrice {
  return { model: "computed", expression, maximum: readUsd(maximum, "computed.maximum", 1n) };
}

/** The payer names the amount. */
export function payWhatYouWant(input: {
  readonly minimum: Usd;
  readonly suggested?: Usd;
}): PayWhatYouWantPrice {
  const minimum = readUsd(input.minimum, "payWhatYouWant.minimum", 1n);
  const suggested =
    input.suggested === undefined ? minimum : readUsd(input.suggested, "payWhatYouWant.suggested");
  if (suggested < minimum)
    throw new PaywallConfigError(
      "payWhatYouWant.suggested",
      "It is less than the minimum.",
      "Suggest at least the minimum.",
    );
  return { model: "pay-what-you-want", minimum, suggested };
}

/** A rate that is misspelled would be given away. */
function refuseUnknownRates(input: object): void {
  const known: readonly string[] = [...RATES, "deposit", "cap", "minimum", "days", "onLeave"];
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new PaywallConfigError(
      `metered.${unknown}`,
      "There is no such field.",
      `Known are ${known.join(", ")}.`,
    );
}

function count(value: number, field: string): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new PaywallConfigError(field, `${value} is no count.`, "Write a whole number above 0.");
}

function given(rates: { readonly [Name in keyof Rates]: bigint | undefined }): Rates {
  return Object.fromEntries(Object.entries(rates).filter(([, rate]) => rate !== undefined));
}
