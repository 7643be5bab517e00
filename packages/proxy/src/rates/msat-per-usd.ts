import { ceilDiv } from "@x402-paywall/core";

const MSAT_PER_BTC = 100_000_000_000n;
/** 1 BTC between $1,000 and $10,000,000: what is outside is a mistake of the source, not a price. */
const LEAST = MSAT_PER_BTC / 10_000_000n;
const MOST = MSAT_PER_BTC / 1_000n;

/**
 * What a dollar buys in millisatoshi at a price of one bitcoin in dollars, written as decimals: `"97943.1"`. Exact, rounded
 * up once. `undefined` for what is no decimal number, and for prices out of all reason.
 */
export function msatPerUsdOf(price: string): bigint | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,18}))?$/.exec(price);
  const [, whole = "", fraction = ""] = match ?? [];
  const units = BigInt(whole + fraction);
  if (match === null || units === 0n) return undefined;
  const msat = ceilDiv(MSAT_PER_BTC * 10n ** BigInt(fraction.length), units);
  return msat < LEAST || msat > MOST ? undefined : msat;
}
