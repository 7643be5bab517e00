import { listHeaders } from "@x402-paywall/core";
import type { HeaderList } from "@x402-paywall/core";

/**
 * Units are the upstream's own: `X-Paywall-Usage: 12` in the head of an answer, or the comment `: x-paywall-usage 12` (or
 * `: X-Paywall-Usage: 12`) on a line of an event stream, which clients ignore; the last one is the answer's total.
 */
export const UNITS_HEADER = "X-Paywall-Usage";

/** Decimal digits, at most 2^53 - 1. */
export function parseUnits(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Two fields of that name say nothing. */
export function findUnits(headers: HeaderList): number | undefined {
  const values = listHeaders(headers, UNITS_HEADER);
  return values.length === 1 ? parseUnits(values[0]?.trim()) : undefined;
}
