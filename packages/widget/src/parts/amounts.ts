import { formatUsd } from "@x402-paywall/core";
import type { MicroUsd, Msat } from "@x402-paywall/core";

/** `$1,234.50`; no digit is lost, `$0.0004` stays. */
export function dollars(amount: MicroUsd): string {
  return `$${group(formatUsd(amount))}`;
}

/** `14 sat`, `0.5 sat`. */
export function satText(msat: Msat): string {
  return `${group(decimal(msat, 3))} sat`;
}

/** `0.00000014 BTC`: eight decimals at least, as wallets show them. */
export function btcText(msat: Msat): string {
  const [whole = "0", fraction = ""] = decimal(msat, 11).split(".");
  return `${group(whole)}.${fraction.padEnd(8, "0")} BTC`;
}

/** `9:05` minutes. */
export function clockText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** An integer of atomic units as a decimal number, without zeros at the end: `(1500n, 3)` is `1.5`. */
export function decimal(atomic: bigint, decimals: number): string {
  const digits = atomic.toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Commas between thousands of the whole part. */
export function group(number: string): string {
  const [whole = "0", fraction] = number.split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
