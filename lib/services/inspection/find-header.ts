import type { HeaderList } from "@x402-paywall/core";

/** Value of the first line of that name (given in lower case). */
export function findHeader(headers: HeaderList, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name)?.[1];
}
