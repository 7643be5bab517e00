import { ceilDiv, formatUsd } from "@x402-paywall/core";

/** `"10000"` (µUSD) is `"$0.01"`; no digit is lost: `"400"` is `"$0.0004"`. */
export function formatAmount(microUsd: string | bigint): string {
  const text = formatUsd(BigInt(microUsd));
  return text.startsWith("-") ? `−$${text.slice(1)}` : `$${text}`;
}

/** Groups the whole dollars for large sums: `"$1,234.50"`. */
export function formatTotal(microUsd: string | bigint): string {
  const [whole = "0", fraction = "00"] = formatAmount(microUsd).split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}

/** An atomic amount to its last digit: `("1500001", 6)` is `"1.500001"`, never rounded to nothing. */
export function formatToken(atomic: string, decimals: number): string {
  const digits = atomic.padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(2, "0")}`;
}

/** Whole satoshi, rounded up as a quote does; `undefined` while no rate is known. */
export function formatSat(microUsd: string | bigint, msatPerUsd: string | undefined): string | undefined {
  if (msatPerUsd === undefined || BigInt(msatPerUsd) === 0n) return undefined;
  const sats = ceilDiv(BigInt(microUsd) * BigInt(msatPerUsd), 1_000_000_000n);
  return `${formatCount(sats)} sat`;
}

/** `1234567` is `"1,234,567"`. */
export function formatCount(value: number | bigint): string {
  return value.toLocaleString("en-US");
}

/** `1536` is `"1.5 kB"`; decimal units. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"] as const;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const value = bytes / 1000 ** power;
  return `${value.toFixed(value < 10 ? 1 : 0).replace(/\.0$/, "")} ${units[power - 1]}`;
}

/** Paid requests among challenges in percent with one decimal; `"–"` where nobody was asked. */
export function formatConversion(paid: number, challenges: number): string {
  const ratio = conversion(paid, challenges);
  return ratio === undefined ? "–" : `${(ratio * 100).toFixed(1)} %`;
}

/** 0 to 1; an agent that holds its credential pays without a challenge, so more paid than asked counts as all. */
export function conversion(paid: number, challenges: number): number | undefined {
  if (challenges <= 0) return paid > 0 ? 1 : undefined;
  return Math.min(1, paid / challenges);
}

export interface Delta {
  readonly text: string;
  readonly direction: "up" | "down" | "flat";
}

/** Change against the span before: `{ text: "+12 %" }`; `undefined` where both are empty. */
export function formatDelta(current: number, previous: number): Delta | undefined {
  if (previous === 0) return current === 0 ? undefined : { text: "new", direction: "up" };
  const percent = Math.round(((current - previous) / previous) * 100);
  if (percent === 0) return { text: "±0 %", direction: "flat" };
  return percent > 0
    ? { text: `+${formatCount(percent)} %`, direction: "up" }
    : { text: `−${formatCount(-percent)} %`, direction: "down" };
}

const steps: readonly (readonly [limit: number, seconds: number, unit: string])[] = [
  [60, 1, "s"],
  [3600, 60, "min"],
  [86_400, 3600, "h"],
  [30 * 86_400, 86_400, "d"],
];

/** `"12 s ago"`, `"3 h ago"`; a date once it is older than 30 days. Both arguments are milliseconds. */
export function formatRelative(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000);
  if (Number.isNaN(seconds)) return "–";
  if (Math.abs(seconds) < 5) return "just now";
  for (const [limit, size, unit] of steps) {
    if (Math.abs(seconds) < limit) {
      const count = Math.floor(Math.abs(seconds) / size);
      return seconds < 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
    }
  }
  return new Date(at).toISOString().slice(0, 10);
}

/** `"2026-11-23 21:36:22 UTC"`. */
export function formatExact(at: number): string {
  return Number.isNaN(at) ? "–" : `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Keeps both ends of an identifier: `"0x1234…cdef"`. */
export function shorten(text: string, head = 8, tail = 6): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}
