import type { HeaderList } from "@x402-paywall/core";
import { listHeaders } from "@x402-paywall/core";

const COUNT = /^(?:0|[1-9]\d{0,15})$/;

/** `X-Paywall-Usage: 12` on an answer: units in the creator's own measure. Repeated or odd: not reported. */
export function readUnits(headers: HeaderList): number | undefined {
  const [value, second] = listHeaders(headers, "x-paywall-usage");
  return value === undefined || second !== undefined ? undefined : readCount(value.trim());
}

/** `: x-paywall-usage 12` inside of an event stream; the last one counts. */
export function readUnitsComment(comment: string): number | undefined {
  const value = /^x-paywall-usage:? +(\S+)$/i.exec(comment)?.[1];
  return value === undefined ? undefined : readCount(value);
}

function readCount(text: string): number | undefined {
  const count = COUNT.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(count) ? count : undefined;
}
