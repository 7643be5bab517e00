import { AmountChoice } from "./amount-choice.ts";
import type { CheckoutView } from "./checkout-view.ts";
import { copyFrom } from "./copy-from.ts";
import { OfferWatch } from "./offer-watch.ts";
import type { WatchedOffer } from "./offer-watch.ts";
import { sandboxWallet, WalletRefused } from "./wallets.ts";
import type { PayInvoice } from "./wallets.ts";

/** What came of asking for an offer. */
export type LoadedOffer =
  | { readonly kind: "offer"; readonly fresh: Document | DocumentFragment }
  /** There is nothing to pay any more, and whoever loads deals with it. */
  | { readonly kind: "open" }
  /** Not even that: `text` is for the person. */
  | { readonly kind: "refused"; readonly text: string };

/** What differs between a page of ours and an element on somebody's page. */
export interface CheckoutPorts {
  /** The offer for an amount as it was written, else for the amount that is shown. Rejects where the network fails. */
  readonly load: (amount: string | undefined) => Promise<LoadedOffer>;
  /** Trades what was paid for what was bought, and shows how that goes. Without a preimage the server knows it. */
  readonly redeem: (offer: WatchedOffer, preimage: string | undefined) => Promise<void>;
  /** What the link to a wallet pays with instead, where there is one. */
  readonly findWallet: () => PayInvoice | undefined;
  readonly onPaying?: () => void;
}

const RENEW_AT_SECONDS = 30;
const MAX_RENEWALS = 12;
const RENEW_PAUSE_MS = 5000;

/**
 * Takes one slip from its offer to the payment: counts down, takes a new price before the old one ends while the old
 * invoice stays watched, pays with the wallets that are here, and notices what was paid elsewhere.
 */
export class Checkout {
  readonly #view: CheckoutView;
  readonly #ports: CheckoutPorts;
  readonly #watch: OfferWatch;
  readonly #choice: AmountChoice;
  #renewals = 0;
  #renewing = false;
  #renewAfter = 0;

  readonly #signal: AbortSignal;

  /** @param signal Ends it. */
  constructor(view: CheckoutView, ports: CheckoutPorts, signal: AbortSignal) {
    this.#view = view;
    this.#ports = ports;
    this.#choice = new AmountChoice(view, (amount, wanted) => this.#ask(amount, wanted), signal);
    this.#watch = new OfferWatch(view, (offer) => this.#redeem(offer, undefined), signal);
    this.#signal = signal;
  }

  start(): void {
    this.#listen(this.#signal);
    const ticker = setInterval(() => this.#tick(), 1000);
    this.#signal.addEventListener("abort", () => clearInterval(ticker));
    this.#tick();
    this.#watch.start();
  }

  /** How long what is shown can be paid. */
  get secondsLeft(): number {
    return this.#watch.secondsLeft;
  }

  /** Whether what is shown can be paid now; an amount that was just written is what is shown first. */
  async ready(): Promise<boolean> {
    const view = this.#view;
    return !view.isBusy && this.secondsLeft > 0 && (await this.#choice.settle()) && !view.isBusy;
  }

  #listen(signal: AbortSignal): void {
    const go = this.#view.find("go");
    if (go instanceof HTMLButtonElement) go.hidden = false;
    go?.addEventListener("click", (event) => this.#press(go, event), { signal });
    copyFrom(this.#view, signal);
    this.#view.find("renew")?.addEventListener(
      "click",
      (event) => {
        event.preventDefault();
        this.#renewals = 0;
        void this.renew();
      },
      { signal },
    );
    document.addEventListener("visibilitychange", () => !document.hidden && this.#tick(), { signal });
    addEventListener("offline", () => !this.#view.isBusy && this.#view.show("offline"), { signal });
  }

  #press(go: HTMLElement, event: MouseEvent): void {
    if (!(go instanceof HTMLAnchorElement)) {
      void this.pay(sandboxWallet(this.#view.data("sandbox")), "paying");
      return;
    }
    const wallet = this.#ports.findWallet();
    if (wallet === undefined && !this.#choice.isPending) return;
    event.preventDefault();
    if (wallet === undefined) void this.#openLink(go);
    else void this.pay(wallet, "payingWallet");
  }

  async #openLink(go: HTMLAnchorElement): Promise<void> {
    if (await this.#choice.settle()) location.href = go.href;
  }

  /** Pays what is shown, where nothing is paid already. A wallet's refusal is shown in its own words. */
  async pay(pay: PayInvoice, saying: "paying" | "payingWallet"): Promise<void> {
    const view = this.#view;
    if (!(await this.ready())) return;
    const offer = this.#watch.current;
    if (offer === undefined) return;
    view.show("paying", view.word(saying));
    this.#ports.onPaying?.();
    try {
      const preimage = await pay(offer.bolt11);
      await this.#redeem(offer, preimage === "" ? undefined : preimage);
    } catch (error) {
      if (error instanceof WalletRefused) view.show("problem", error.message);
      else view.show("offline");
    }
  }

  async #redeem(offer: WatchedOffer, preimage: string | undefined): Promise<void> {
    this.#view.show("seen");
    await this.#ports.redeem(offer, preimage);
    this.#watch.leave(offer);
    this.#watch.schedule();
  }

  #tick(): void {
    const view = this.#view;
    if (this.#watch.current === undefined) return;
    const left = this.secondsLeft;
    view.showClock(left);
    if (view.isBusy) return;
    if (left === 0 && view.state !== "expired" && !view.isCut) view.show("expired");
    const due = left <= RENEW_AT_SECONDS && !document.hidden && Date.now() > this.#renewAfter;
    if (due && this.#renewals < MAX_RENEWALS) void this.renew();
  }

  /** Takes a new quote for the same amount in place of the one shown. Where that fails, the old one stays. */
  async renew(): Promise<void> {
    if (this.#renewing) return;
    const view = this.#view;
    this.#renewing = true;
    this.#renewAfter = Date.now() + RENEW_PAUSE_MS;
    try {
      const page = view.data("page");
      const wanted = () => !view.isBusy && view.state !== "choosing" && page === view.data("page");
      if ((await this.#take(undefined, wanted)) !== "taken") return;
      this.#renewals++;
      if (view.state === "expired" || view.isCut) view.show("awaiting");
    } catch {
      // The next tick tries again; polling says whether we are offline.
    } finally {
      this.#renewing = false;
    }
  }

  async #ask(amount: string, wanted: () => boolean): Promise<boolean> {
    try {
      const taken = await this.#take(amount, wanted);
      if (taken === "taken") this.#view.show("awaiting");
      else if (wanted() && typeof taken === "object") this.#view.show("problem", taken.refused);
      return taken === "taken";
    } catch {
      if (wanted()) this.#view.show("offline");
      return false;
    }
  }

  /** Puts another offer in place of the one shown, if it is still wanted when it comes. */
  async #take(
    amount: string | undefined,
    wanted: () => boolean,
  ): Promise<"taken" | "not wanted" | { readonly refused: string }> {
    const loaded = await this.#ports.load(amount);
    if (loaded.kind === "refused") return { refused: loaded.text };
    if (loaded.kind === "open" || !wanted() || !this.#view.replaceOffer(loaded.fresh)) return "not wanted";
    this.#watch.adopt();
    this.#tick();
    return "taken";
  }
}
