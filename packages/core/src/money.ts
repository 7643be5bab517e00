/**
 * Money is integers. Prices are in micro-dollars (µUSD, 1e-6 USD: USDC's own unit), Lightning amounts in
 * millisatoshi (msat). Rounding is always up, once, at the end, so that a creator is never short by a unit.
 */

/** Micro-dollars: 1 USD = 1_000_000n. */
export type MicroUsd = bigint;
/** Millisatoshi: 1 BTC = 100_000_000_000n msat. */
export type Msat = bigint;

/** An exchange rate that was frozen into a quote. */
export interface Rate {
  /** Millisatoshi that one US dollar buys. Zero: none was at hand, see {@link NO_RATE}. */
  readonly msatPerUsd: bigint;
  /** When the source observed it, Unix seconds. */
  readonly asOf: number;
}

/** What a quote carries where no rate was at hand: it can be paid in dollars, and nothing of it is payable in Bitcoin. */
export const NO_RATE: Rate = { msatPerUsd: 0n, asOf: 0 };

/** Whether an amount can be said in Bitcoin at this rate. */
export function isPayableInBitcoin(rate: Rate): boolean {
  return rate.msatPerUsd > 0n;
}

const MICRO = 1_000_000n;

/** Division that rounds up; both operands non-negative, the divisor positive. */
export function ceilDiv(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

/**
 * Converts µUSD into whole satoshi, given in msat: wallets and MPP's `sat` know nothing smaller.
 * @throws RangeError for {@link NO_RATE}: what has no price in Bitcoin does not cost 0 sat.
 */
export function microUsdToMsat(amount: MicroUsd, rate: Rate): Msat {
  if (!isPayableInBitcoin(rate)) throw new RangeError("There is no exchange rate");
  const sats = ceilDiv(amount * rate.msatPerUsd, MICRO * 1000n);
  return sats * 1000n;
}

/** Formats µUSD as a decimal dollar string without losing a digit: `10000n` is `"0.01"`, `1500000n` is `"1.50"`. */
export function formatUsd(amount: MicroUsd): string {
  const sign = amount < 0n ? "-" : "";
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % MICRO)
    .toString()
    .padStart(6, "0")
    .replace(/0{1,4}$/, "");
  return `${sign}${absolute / MICRO}.${fraction}`;
}

/** Formats msat as satoshi with all their digits: `"1,234"`, `"1,021.001"`. */
export function formatSats(amount: Msat): string {
  const whole = (amount / 1000n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = (amount % 1000n).toString().padStart(3, "0").replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/**
 * Parses a decimal dollar string such as `"0.01"` into µUSD.
 * @returns `undefined` for signs, exponents, separators, leading zeros or more than 6 decimals.
 */
export function parseUsd(text: string): MicroUsd | undefined {
  const match = /^(0|[1-9]\d{0,11})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return undefined;
  return BigInt(match[1] ?? "0") * MICRO + BigInt((match[2] ?? "").padEnd(6, "0"));
}
