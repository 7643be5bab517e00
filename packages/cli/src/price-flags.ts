import { formatUsd, type Price } from "@x402-paywall/core";
import {
  bundle,
  metered,
  pass,
  payWhatYouWant,
  PaywallConfigError,
  type Usd,
} from "@x402-paywall/proxy/embed";
import { type Command, Option } from "commander";
import { CliError } from "./cli-error.ts";
import { readCount } from "./commands/flag-readers.ts";
import { readUsd } from "./read-usd.ts";

const models = ["per-request", "bundle", "pass", "metered", "pay-what-you-want"] as const;

/** The flags of `proxy` and `add` that make a price. Amounts in µUSD. */
export interface PriceFlags {
  readonly price?: bigint;
  readonly model: (typeof models)[number];
  readonly uses?: number;
  readonly hours?: number;
  readonly inputTokens?: bigint;
  readonly outputTokens?: bigint;
  readonly second?: bigint;
  readonly megabyte?: bigint;
  readonly unit?: bigint;
  readonly cap?: bigint;
}

/** Adds the flags that {@link readPrice} reads. */
export function addPriceOptions(command: Command): Command {
  return command
    .addOption(usd("--price <usd>", "what one payment costs; for metered: what it puts on the balance"))
    .addOption(new Option("--model <model>", "what one payment buys").choices(models).default("per-request"))
    .addOption(new Option("--uses <count>", "bundle: how many requests").argParser(readCount))
    .addOption(new Option("--hours <count>", "pass: how long").argParser(readCount))
    .addOption(usd("--input-tokens <usd>", "metered: a million tokens in"))
    .addOption(usd("--output-tokens <usd>", "metered: a million tokens out"))
    .addOption(usd("--second <usd>", "metered: a second of the answer"))
    .addOption(usd("--megabyte <usd>", "metered: 1,000,000 bytes of the answer"))
    .addOption(usd("--unit <usd>", "metered: a unit that the upstream reports"))
    .addOption(usd("--cap <usd>", "metered: the most that one answer costs"));
}

function usd(flags: string, text: string): Option {
  return new Option(flags, text).argParser(readUsd);
}

/** @throws CliError `usage` that names the flag. */
export function readPrice(flags: PriceFlags): Price {
  const { price, model, uses, hours } = flags;
  if (price === undefined)
    throw new CliError("usage", "It has no price.", "Add one in dollars: --price 0.01");
  const amount = toUsd(price);
  try {
    switch (model) {
      case "per-request":
        return { model, amount: price };
      case "bundle":
        return bundle(amount, { uses: needed(uses, "--uses 100") });
      case "pass":
        return pass(amount, { hours: needed(hours, "--hours 24") });
      case "pay-what-you-want":
        return payWhatYouWant({ minimum: amount });
      case "metered":
        return metered({ ...readRates(flags), deposit: amount });
    }
  } catch (error) {
    if (!(error instanceof PaywallConfigError)) throw error;
    throw new CliError("usage", error.message, "See the flags of prices with --help.", { cause: error });
  }
}

function readRates(flags: PriceFlags) {
  const { inputTokens, outputTokens, second, megabyte, unit, cap } = flags;
  const given = Object.entries({ inputTokens, outputTokens, second, megabyte, unit, cap }).flatMap(
    ([name, amount]) => (amount === undefined ? [] : [[name, toUsd(amount)] as const]),
  );
  if (given.every(([name]) => name === "cap"))
    throw new CliError(
      "usage",
      "A metered price needs a rate.",
      "Add one: --output-tokens 2.00 (for a million).",
    );
  return Object.fromEntries(given);
}

function needed(count: number | undefined, example: string): number {
  if (count !== undefined) return count;
  throw new CliError("usage", "The model needs one more flag.", `Add it: ${example}`);
}

function toUsd(amount: bigint): Usd {
  const text = `$${formatUsd(amount)}`;
  return isUsd(text) ? text : "$0";
}

function isUsd(text: string): text is Usd {
  return text.startsWith("$");
}
