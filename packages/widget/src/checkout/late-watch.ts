import type { CheckoutView } from "./checkout-view.ts";
import { fetchIsPaid } from "./fetch-is-paid.ts";
import type { KeptOffer, KeptOffers } from "./kept-offers.ts";
import { GRACE_MS } from "./offer-watch.ts";

const PACE_MS = 5000;

/**
 * Asks about the invoices that the checkout no longer watches: those of the page before it was loaded again, and those whose
 * price has ended some time ago. One that was paid wins over what is shown.
 */
export class LateWatch {
  readonly #view: CheckoutView;
  readonly #kept: KeptOffers;
  readonly #redeem: (offer: KeptOffer) => Promise<void>;
  readonly #signal: AbortSignal;
  readonly #earlier: ReadonlySet<string>;
  readonly #tried = new Set<string>();
  #polling = false;

  constructor(
    view: CheckoutView,
    kept: KeptOffers,
    redeem: (offer: KeptOffer) => Promise<void>,
    signal: AbortSignal,
  ) {
    this.#view = view;
    this.#kept = kept;
    this.#redeem = redeem;
    this.#signal = signal;
    this.#earlier = new Set(kept.list.map(({ hash }) => hash));
  }

  start(): void {
    const timer = setInterval(() => void this.#poll(), PACE_MS);
    const look = () => !document.hidden && void this.#poll();
    document.addEventListener("visibilitychange", look, { signal: this.#signal });
    this.#signal.addEventListener("abort", () => clearInterval(timer));
    look();
  }

  async #poll(): Promise<void> {
    if (this.#polling || document.hidden) return;
    this.#polling = true;
    for (const offer of this.#kept.list) {
      if (this.#view.isBusy || this.#signal.aborted) break;
      if (!this.#isForgotten(offer)) continue;
      if (!(await fetchIsPaid(this.#view.data("status"), offer.hash, this.#signal)) || this.#view.isBusy)
        continue;
      // Whatever comes of it: asking again would only say again that it is paid.
      this.#tried.add(offer.hash);
      this.#view.show("seen");
      await this.#redeem(offer);
    }
    this.#polling = false;
  }

  #isForgotten({ hash, until }: KeptOffer): boolean {
    if (this.#tried.has(hash) || hash === this.#view.data("hash")) return false;
    return this.#earlier.has(hash) || until < Date.now() - GRACE_MS;
  }
}
