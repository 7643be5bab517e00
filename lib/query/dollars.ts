import { formatUsd, parseUsd } from "@x402-paywall/core";

function clean(text: string): string {
  const cleaned = text.trim().replace(/^\$\s*/, "");
  return /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(cleaned) ? cleaned.replaceAll(",", "") : cleaned;
}

/** `"0.01"`, `"$0.01"` and `"1,234.50"` as decimal µUSD; `undefined` for anything else. */
export function parseDollars(text: string): string | undefined {
  return parseUsd(clean(text))?.toString();
}

/** `"10000"` (µUSD) as one types it: `"0.01"`. */
export function formatDollars(microUsd: string): string {
  return formatUsd(BigInt(microUsd));
}

/** Dollars for one unit, up to twelve decimals, as µUSD for 1,000,000 units: `"0.0000004"` is `"400000"`. */
export function parseUnitDollars(text: string): string | undefined {
  const match = /^(0|[1-9]\d{0,5})(?:\.(\d{1,12}))?$/.exec(clean(text));
  if (!match) return undefined;
  return BigInt(`${match[1] ?? ""}${(match[2] ?? "").padEnd(12, "0")}`).toString();
}

/** Inverse of {@link parseUnitDollars}: at least two decimals, none of them lost. */
export function formatUnitDollars(rate: string): string {
  const digits = BigInt(rate).toString().padStart(13, "0");
  const fraction = digits.slice(-12).replace(/0{1,10}$/, "");
  return `${digits.slice(0, -12)}.${fraction}`;
}
