import { MAX_AMOUNT, parseUsd } from "@x402-paywall/core";
import { PaywallConfigError } from "./config-error.ts";

/** US dollars with at most six decimals: `"$0.01"`. */
export type Usd = `$${number}`;

/**
 * @param least µUSD; default 0.
 * @returns µUSD.
 * @throws PaywallConfigError for another currency, a negative amount, a part of a millionth of a dollar, less than the least.
 */
export function readUsd(input: unknown, field: string, least = 0n): bigint {
  const text = typeof input === "string" ? input.trim() : "";
  const refuse = (problem: string, fix: string): never => {
    throw new PaywallConfigError(field, `${show(input)} ${problem}`, fix);
  };
  if (/^\$?\s*-/.test(text)) return refuse("is negative.", "Prices are at least $0.");
  if (!text.startsWith("$"))
    return refuse("is not an amount of US dollars.", 'Write it as "$0.01": prices are in dollars.');
  if (/^\$\d+\.\d{7,}$/.test(text))
    return refuse("has a part of a millionth of a dollar.", "Use at most six decimals.");
  const amount = parseUsd(text.slice(1));
  if (amount === undefined)
    return refuse("is not an amount.", 'Write it as "$0.01", without separators or exponents.');
  if (amount > MAX_AMOUNT) return refuse("is more than a billion dollars.", "Write a smaller amount.");
  if (amount < least) return refuse("is nothing.", "Write an amount above $0.");
  return amount;
}

function show(input: unknown): string {
  if (typeof input === "string") return `"${input}"`;
  return typeof input === "object" && input !== null ? "An object" : String(input);
}
