import { asObject, asText } from "./problem.ts";

/** An invoice that a page has shown, as far as it takes to unlock with it once it is paid. */
export interface KeptOffer {
  readonly token: string;
  readonly hash: string;
  /** When its price ends, in the milliseconds of this clock. */
  readonly until: number;
}

/** A payment may arrive so much later than its price has ended. */
const LATE_MS = 600_000;
const MOST_OFFERS = 8;

/**
 * The invoices of a page, in the tab's own storage: phones forget pages while somebody pays in another application, and what
 * was paid meanwhile opens after the reload. Where there is no storage, they live as long as the page.
 */
export class KeptOffers {
  readonly #key: string;
  #offers: readonly KeptOffer[];

  /** @param resource What they buy. */
  constructor(resource: string) {
    this.#key = `x402-paywall:offers ${resource}`;
    this.#offers = read(this.#key);
  }

  /** Those that may still be paid, newest first. */
  get list(): readonly KeptOffer[] {
    return this.#offers.filter(({ until }) => until > Date.now() - LATE_MS);
  }

  add(offer: KeptOffer): void {
    this.#keep([offer, ...this.list.filter(({ hash }) => hash !== offer.hash)].slice(0, MOST_OFFERS));
  }

  remove(hash: string): void {
    this.#keep(this.list.filter((offer) => offer.hash !== hash));
  }

  #keep(offers: readonly KeptOffer[]): void {
    this.#offers = offers;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(offers));
    } catch {
      // Kept above.
    }
  }
}

function read(key: string): readonly KeptOffer[] {
  try {
    const json: unknown = JSON.parse(sessionStorage.getItem(key) ?? "[]");
    return Array.isArray(json) ? json.map(toOffer) : [];
  } catch {
    return [];
  }
}

function toOffer(json: unknown): KeptOffer {
  const { token, hash, until } = asObject(json);
  return { token: asText(token), hash: asText(hash), until: typeof until === "number" ? until : 0 };
}
