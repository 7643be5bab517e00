import type { Quote } from "@x402-paywall/core";

/** What an invoice was issued for: whoever reads the signed invoice learns it, no row is needed. */
export interface InvoiceSubject {
  readonly quoteId: string;
  readonly endpointId: string;
  /** µUSD. */
  readonly amount: bigint;
}

const MAX_TITLE = 60;

/** `Weather API [quote endpoint 10000]`, with `TEST: ` before it in TEST mode: for people first, and enough for {@link readDescription}. */
export function describeInvoice({ id, endpointId, amount, mode }: Quote, title: string): string {
  const clean = title.replaceAll(/[\p{C}[\]]/gu, " ").trim();
  const prefix = mode === "test" ? "TEST: " : "";
  return `${prefix}${Array.from(clean).slice(0, MAX_TITLE).join("")} [${id} ${endpointId} ${amount}]`;
}

/** Call it only with the description of an invoice whose signature was verified. */
export function readDescription(description: string): InvoiceSubject | undefined {
  const match = /\[([\w-]{1,64}) ([\w-]{1,64}) (\d{1,18})\]$/.exec(description);
  const [, quoteId, endpointId, amount] = match ?? [];
  if (quoteId === undefined || endpointId === undefined || amount === undefined) return undefined;
  return { quoteId, endpointId, amount: BigInt(amount) };
}
