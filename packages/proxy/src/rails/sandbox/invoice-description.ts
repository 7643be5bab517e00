/** What an invoice was issued for: the wallet learns it from the signed invoice, no row is needed. */
export interface InvoiceSubject {
  readonly quoteId: string;
  readonly endpointId: string;
  /** µUSD. */
  readonly amount: bigint;
}

const MAX_TITLE = 60;

/** `TEST: Weather API [quote endpoint 10000]`: for people first, and enough for {@link readDescription}. */
export function describeInvoice(subject: InvoiceSubject, title: string): string {
  const clean = title.replaceAll(/[\p{C}[\]]/gu, " ").trim();
  return `TEST: ${Array.from(clean).slice(0, MAX_TITLE).join("")} [${subject.quoteId} ${subject.endpointId} ${subject.amount}]`;
}

/** Call it only with the description of an invoice whose signature was verified. */
export function readDescription(description: string): InvoiceSubject | undefined {
  const match = /\[([\w-]{1,64}) ([\w-]{1,64}) (\d{1,18})\]$/.exec(description);
  const [, quoteId, endpointId, amount] = match ?? [];
  if (quoteId === undefined || endpointId === undefined || amount === undefined) return undefined;
  return { quoteId, endpointId, amount: BigInt(amount) };
}
