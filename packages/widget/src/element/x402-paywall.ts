import { html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import { englishElement } from "./element-messages.ts";
import type { ElementMessages } from "./element-messages.ts";
import { adoptStyle } from "./element-style.ts";
import { failureHtml } from "./failure-html.ts";
import { toPaidRequest } from "./paid-request.ts";
import { PaymentCancelledError } from "./payment-cancelled-error.ts";
import { paywallFetch } from "./paywall-fetch.ts";
import { Purchase } from "./purchase.ts";
import { pagePurchases, Purchases } from "./purchases.ts";
import { setHtml } from "./set-html.ts";

/** What the element shows. */
export type PaywallState = "idle" | "loading" | "offer" | "answer" | "error";

/** Servers import the module too, and have no elements. */
const ElementBase: typeof HTMLElement = globalThis.HTMLElement ?? Object;

/**
 * `<x402-paywall src="https://content.example/p/weather">`: asks for `src`; on a 402 it shows title, price, invoice and
 * every other offer, lets the person pay, presents the payment and shows the answer. Attributes: `src`, `method`, `body`,
 * `accept`, `auto` (asks at once instead of at a press), `theme` (`light`, `dark`), `label`, `remember="no"`.
 * Fires {@link PaywallEventDetails | `x402:` events}.
 */
export class X402Paywall extends ElementBase {
  static readonly observedAttributes: readonly string[] = ["src", "method", "body", "accept"];

  /** Every word; default: English. */
  messages: ElementMessages = englishElement;
  /** Headers and whatever else `fetch` takes; goes before the attributes. */
  init: RequestInit = {};
  #state: PaywallState = "idle";
  #run = new AbortController();
  readonly #root: ShadowRoot;
  readonly #place: HTMLElement;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#place = document.createElement("div");
    this.#root.append(this.#place);
    adoptStyle(this.#root);
  }

  get src(): string {
    return this.getAttribute("src") ?? "";
  }

  set src(url: string) {
    this.setAttribute("src", url);
  }

  get state(): PaywallState {
    return this.#state;
  }

  connectedCallback(): void {
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (this.isConnected && before !== after) this.#begin();
  }

  /** Asks for `src`, again if need be. Resolves when the answer is there, or when it was cancelled or failed. */
  async start(): Promise<void> {
    this.#stop();
    const { signal } = (this.#run = new AbortController());
    const { messages } = this;
    const keeps = this.getAttribute("remember") !== "no";
    this.#show("loading", loadingHtml(messages));
    try {
      const request = await toPaidRequest(new URL(this.src, document.baseURI), this.#requestInit());
      const stage = {
        root: this.#root,
        place: this.#place,
        target: this,
        messages,
        canCancel: !this.hasAttribute("auto"),
        keeps,
        signal,
        cancel: () => this.cancel(),
        open: () => {
          this.#state = "offer";
        },
      };
      const purchase = new Purchase(request, stage, keeps ? pagePurchases() : new Purchases(undefined));
      const paid = await purchase.run();
      const topUp = async (url: string) => (await paywallFetch(url, {}, { messages })).ok;
      const shown = paid.isTaken ? undefined : purchase.show(paid, topUp);
      this.#state = "answer";
      await shown;
    } catch (error) {
      if (!signal.aborted) this.#show("error", failureHtml(error, messages, true));
    }
  }

  /** Gives the offer up and shows what was there before. */
  cancel(): void {
    this.#stop();
    this.#idle();
  }

  #stop(): void {
    this.#run.abort(new PaymentCancelledError());
  }

  #begin(): void {
    if (this.src !== "" && this.hasAttribute("auto")) void this.start();
    else this.#idle();
  }

  #idle(): void {
    const label = this.getAttribute("label") ?? this.messages.start;
    const button = html`<button class="go" id="start" type="button">${label}</button>`;
    this.#show("idle", html`<slot></slot>${this.src === "" ? null : button}`);
  }

  #show(state: PaywallState, content: SafeHtml): void {
    this.#state = state;
    setHtml(this.#place, content);
    this.#root.getElementById("start")?.addEventListener("click", () => void this.start());
  }

  #requestInit(): RequestInit {
    const headers = new Headers(this.init.headers);
    const accept = this.getAttribute("accept");
    const body = this.getAttribute("body");
    if (accept !== null && !headers.has("Accept")) headers.set("Accept", accept);
    if (body !== null && !headers.has("Content-Type")) headers.set("Content-Type", "application/json");
    const method = this.getAttribute("method") ?? (body === null ? "GET" : "POST");
    return { method: method.toUpperCase(), ...(body === null ? {} : { body }), ...this.init, headers };
  }
}

/** What the page wrote inside stays until there is something to show. */
function loadingHtml({ states }: ElementMessages): SafeHtml {
  return html`<slot></slot>
    <div class="state" data-state="choosing"><output role="status">${states.choosing}</output></div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "x402-paywall": X402Paywall;
  }
}
