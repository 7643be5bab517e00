import type { CheckoutView } from "./checkout-view.ts";
import { readObject } from "./problem.ts";

/** An offer that is shown, or was shown a moment ago: each of them may still be paid. */
export interface WatchedOffer {
  /** L402's; empty where the wire has none. */
  readonly token: string;
  /** 32 bytes, hex; empty, as `bolt11`, where no invoice is offered. */
  readonly hash: string;
  readonly bolt11: string;
  /** When its price ends, in the milliseconds of this clock. */
  readonly until: number;
}

/** A payer may need a moment more than the price holds. */
export const GRACE_MS = 60_000;
const MOST_OFFERS = 5;
const PACE_MS = 1000;
const SLOWEST_MS = 15_000;
const HIDDEN_MS = 10_000;

/** Asks the server each second whether one of the offers was paid; more rarely where nobody looks or nothing answers. */
export class OfferWatch {
  readonly #view: CheckoutView;
  readonly #onPaid: (offer: WatchedOffer) => Promise<void>;
  readonly #signal: AbortSignal;
  #offers: readonly WatchedOffer[] = [];
  /** Whose payment is known already; nobody asks for what has no invoice. */
  readonly #left = new Set([""]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delay = PACE_MS;
  #polling = false;

  constructor(view: CheckoutView, onPaid: (offer: WatchedOffer) => Promise<void>, signal: AbortSignal) {
    this.#view = view;
    this.#onPaid = onPaid;
    this.#signal = signal;
    this.adopt();
  }

  get current(): WatchedOffer | undefined {
    return this.#offers[0];
  }

  get secondsLeft(): number {
    const until = this.current?.until ?? 0;
    return Math.max(0, Math.round((until - Date.now()) / 1000));
  }

  /** The offer that the view shows now is the current one; the last few stay watched. */
  adopt(): void {
    const bolt11 = this.#view.data("bolt11");
    const seconds = Number(this.#view.data("seconds"));
    // Of the offers of others nobody knows how long they hold.
    if (bolt11 === "" && seconds === 0) return;
    const offer = {
      token: this.#view.data("token"),
      hash: this.#view.data("hash"),
      bolt11,
      until: Date.now() + 1000 * seconds,
    };
    this.#offers = [offer, ...this.#payable()].slice(0, MOST_OFFERS);
  }

  /** What became of it is known: polling would only say again that it was paid. */
  leave(offer: WatchedOffer): void {
    this.#left.add(offer.hash);
  }

  start(): void {
    const signal = this.#signal;
    const hurry = () => {
      if (document.hidden) return;
      this.#delay = PACE_MS;
      void this.#poll();
      this.schedule();
    };
    document.addEventListener("visibilitychange", hurry, { signal });
    addEventListener("online", hurry, { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.schedule();
  }

  schedule(): void {
    clearTimeout(this.#timer);
    const idle = this.current === undefined || this.#view.data("status") === "";
    if (idle || this.#signal.aborted) return;
    const delay = document.hidden ? Math.max(this.#delay, HIDDEN_MS) : this.#delay;
    this.#timer = setTimeout(() => void this.#poll().then(() => this.schedule()), delay);
  }

  #payable(): readonly WatchedOffer[] {
    return this.#offers.filter((offer) => offer.until > Date.now() - GRACE_MS);
  }

  async #poll(): Promise<void> {
    if (this.#polling || this.#view.isBusy || this.#view.data("status") === "") return;
    this.#polling = true;
    try {
      for (const offer of this.#payable().filter(({ hash }) => !this.#left.has(hash))) {
        if (await this.#isPaid(offer)) {
          await this.#onPaid(offer);
          break;
        }
        if (this.#view.isBusy) break;
      }
    } catch {
      if (!this.#view.isBusy && !this.#signal.aborted) this.#view.show("offline");
      this.#delay = Math.min(this.#delay * 2, SLOWEST_MS);
    }
    this.#polling = false;
  }

  async #isPaid(offer: WatchedOffer): Promise<boolean> {
    const status = this.#view.data("status");
    const url = `${status}${status.includes("?") ? "&" : "?"}payment_hash=${offer.hash}`;
    const answer = await fetch(url, { cache: "no-store", signal: this.#signal });
    const body = answer.ok ? await readObject(answer) : {};
    const view = this.#view;
    const later = 1000 * Number(answer.headers.get("Retry-After")) || this.#delay * 2;
    this.#delay = answer.ok ? PACE_MS : Math.min(later, SLOWEST_MS);
    if (view.isBusy) return false;
    if (answer.status === 503) view.show("away");
    else if (view.isCut) view.show(this.secondsLeft > 0 ? "awaiting" : "expired");
    return body["state"] === "paid";
  }
}
