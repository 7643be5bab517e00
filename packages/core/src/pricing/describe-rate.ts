import { formatSats, type Rate } from "../money.ts";

/** `1 USD = 1,021 sat, as of 2026-12-01 09:30:00 UTC`; a rate that was set, and not observed, has no time. */
export function describeRate({ msatPerUsd, asOf }: Rate): string {
  const value = `1 USD = ${formatSats(msatPerUsd)} sat`;
  if (asOf === 0) return value;
  const time = new Date(asOf * 1000).toISOString().slice(0, 19).replace("T", " ");
  return `${value}, as of ${time} UTC`;
}
