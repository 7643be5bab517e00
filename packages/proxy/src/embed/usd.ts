import { parseUsd } from "@x402-paywall/core";
import { PaywallConfigError } from "./config-error.ts";

/** US dollars with at most six decimals: `"$0.01"`. */
export type Usd = `$${number}`;

/** @returns µUSD. @throws PaywallConfigError for another currency, a negative amount or less than a millionth of a dollar. */
export function readUsd(input: unknown, field: string): bigint {
  const text = typeof input === "string" ? input.trim() : "";
  if (!text.startsWith("$")) {
    const shown = typeof input === "string" ? `"${input}"` : String(input);
    throw new PaywallConfigError(
      field,
      `${shown} is not an amount of US dollars.`,
      'Write it as "$0.01": prices are in dollars.',
    );
  }
  const amount = parseUsd(text.slice(1));
  if (amount !== undefined) return amount;
  if (text.startsWith("$-"))
    throw new PaywallConfigError(field, `"${text}" is negative.`, "Prices are at least $0.");
  if (/^\$\d+\.\d{7,}$/.test(text)) {
    throw new PaywallConfigError(
      field,
      `"${text}" has a part of a millionth of a dollar.`,
      "Use at most six decimals.",
    );
  }
  throw new PaywallConfigError(
    field,
    `"${text}" is not an amount.`,
    'Write it as "$0.01", without separators or exponents.',
  );
}
