import type { Crypto, LightningOffer, Quote } from "@x402-paywall/core";
import { findHeader, toBase64Url, utf8 } from "@x402-paywall/core";
import { prefersHtml } from "./accept-header.ts";
import { addressBlock } from "./address-block.ts";
import type { RequestHead } from "./decision.ts";
import type { PricedRequest } from "./price-visit.ts";

/** A quote whose invoice nobody has paid, as far as is known. */
export interface OpenQuote {
  readonly quote: Quote;
  readonly offer: LightningOffer;
}

/** What one client is asked for one price. */
interface Entry {
  /** The oldest first. */
  open: OpenQuote[];
  /** Paid ones so far: each earns its client a few more at the same time. */
  paid: number;
  /** Being made at this moment. */
  making: number;
  /** Which one was offered last. */
  turn: number;
}

const CAPACITY = 5_000;
/** So long a quote must still be good to be offered again: a wallet has to find its way. */
const MIN_LEFT_SECONDS = 120;
const PER_PAYMENT = 4;
const MAX_OPEN = 64;

/**
 * Unpaid quotes by client and price, so that whoever asks twice is offered one invoice and not two. A client is an address
 * with its software; behind one address there may be a fleet, so requests that overlap get an invoice each, and each paid
 * one allows its client four more at the same time. In memory: what is forgotten costs an invoice.
 */
export class OpenQuotes {
  readonly #entries = new Map<string, Entry>();

  /** One to offer again, in turn; `undefined`: a new one is due. @param now Unix seconds. */
  find(key: string, now: number): OpenQuote | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.open = entry.open.filter(({ quote }) => quote.expiresAt - now >= MIN_LEFT_SECONDS);
    const allowed = Math.min(MAX_OPEN, 1 + PER_PAYMENT * entry.paid);
    if (entry.making > 0 || entry.open.length < allowed) return undefined;
    entry.turn = (entry.turn + 1) % entry.open.length;
    return entry.open[entry.turn];
  }

  /** A new one is being made; call what is returned with it, or without where there was no invoice in the end. */
  begin(key: string): (made?: OpenQuote) => void {
    let entry = this.#entries.get(key);
    this.#entries.delete(key);
    entry ??= { open: [], paid: 0, making: 0, turn: -1 };
    entry.making++;
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= CAPACITY) break;
      this.#entries.delete(oldest);
    }
    const kept = entry;
    return (made) => {
      kept.making--;
      if (made !== undefined) kept.open.push(made);
    };
  }

  /** Never offered again. */
  drop(key: string, { quote }: OpenQuote, paid: boolean): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.open = entry.open.filter((open) => open.quote.id !== quote.id);
    if (paid) entry.paid++;
  }
}

/**
 * Who asks for what; `undefined` where nothing may be offered twice. Browsers are left out: their payers pay from another
 * wallet and go on by the invoice alone, so it must be theirs alone.
 */
export function openQuoteKey(
  { headers, remoteAddress }: RequestHead,
  priced: PricedRequest,
  crypto: Crypto,
): string | undefined {
  const { match, amount, bindingHash } = priced;
  const { id, mode, payouts } = match.endpoint;
  const nodeId = payouts?.lightning?.nodeId ?? "";
  const isBrowser =
    prefersHtml(findHeader(headers, "accept")) ||
    // Not `Sec-Fetch-Mode`: Node's own fetch sends that as well.
    headers.some(([name]) => /^(origin|sec-fetch-site)$/i.test(name));
  if (mode !== "live" || isBrowser) return undefined;
  const agent = findHeader(headers, "user-agent") ?? "";
  const who = [addressBlock(remoteAddress), agent, id, nodeId, bindingHash, `${amount}`];
  // Headers are as long as their sender likes; what is kept of them is not.
  return toBase64Url(crypto.sha256(utf8(JSON.stringify(who))));
}
