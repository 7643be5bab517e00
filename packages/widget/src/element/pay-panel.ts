import { presentCredential, sleep } from "@x402-paywall/core/client";
import type { CredentialHeader, InvoiceOffer } from "@x402-paywall/core/client";
import { Checkout } from "../checkout/checkout.ts";
import type { LoadedOffer } from "../checkout/checkout.ts";
import { CheckoutView } from "../checkout/checkout-view.ts";
import { explain, readObject, toProblem } from "../checkout/problem.ts";
import { findWebLn } from "../checkout/wallets.ts";
import type { SafeHtml } from "../parts/html.ts";
import { fill } from "../parts/messages.ts";
import { isReadable } from "./challenge.ts";
import type { PaywallChallenge } from "./challenge.ts";
import { panelHtml } from "./panel-html.ts";
import { readProof } from "./read-proof.ts";
import { redeemOffer } from "./redeem-offer.ts";
import type { Bought } from "./redeem-offer.ts";
import { setHtml, toFragment } from "./set-html.ts";
import type { Stage } from "./stage.ts";

/** What came of a fresh request for the offer. */
export type FreshOffer =
  | { readonly kind: "offer"; readonly challenge: PaywallChallenge }
  | { readonly kind: "answer"; readonly answer: Response }
  | { readonly kind: "refused"; readonly text: string };

export interface PanelPorts {
  /** Asks for the offer again, for an amount of dollars or for the default. */
  readonly ask: (amount: string | undefined) => Promise<FreshOffer>;
  readonly onPaying: () => void;
  /** Money has moved: from here on the credential is worth it. */
  readonly onBought: (bought: Bought, challenge: PaywallChallenge) => void;
}

/** Shows one challenge to a person until it is paid, and what becomes of the payment until it is answered. */
export class PayPanel {
  readonly #stage: Stage;
  readonly #ports: PanelPorts;
  readonly #invoices = new Map<string, InvoiceOffer>();
  #view: CheckoutView | undefined;

  constructor(stage: Stage, ports: PanelPorts) {
    this.#stage = stage;
    this.#ports = ports;
  }

  /** Whether money is on its way, or is being traded for what it bought. */
  get isBusy(): boolean {
    return this.#view?.isBusy === true && this.#view.state !== "failed";
  }

  /** Resolves when it is paid. @throws the signal's reason */
  pay(first: PaywallChallenge): Promise<Bought> {
    const { place, root, signal, cancel } = this.#stage;
    const stop = new AbortController();
    let challenge = first;
    let amount: string | undefined;
    setHtml(place, this.#html(challenge));
    const view = new CheckoutView(root);
    this.#view = view;
    view.find("cancel")?.addEventListener("click", cancel);
    const paid = new Promise<Bought>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { signal: stop.signal });
      const load = async (named: string | undefined): Promise<LoadedOffer> => {
        amount = named ?? amount;
        const fresh = await this.#ports.ask(amount);
        if (fresh.kind === "refused") return fresh;
        if (fresh.kind === "offer") {
          challenge = fresh.challenge;
          return { kind: "offer", fresh: toFragment(this.#html(challenge)) };
        }
        resolve(fresh);
        return { kind: "open" };
      };
      const redeem = async ({ bolt11 }: { readonly bolt11: string }, preimage: string | undefined) => {
        const invoice = this.#invoices.get(bolt11);
        const redemption = { challenge, invoice, preimage, keeps: this.#stage.keeps, signal };
        const bought = await redeemOffer(view, redemption, this.#stage.messages);
        if (bought === undefined) return;
        this.#ports.onBought(bought, challenge);
        resolve(bought);
      };
      const { onPaying } = this.#ports;
      const ports = { load, redeem, findWallet: findWebLn, onPaying };
      new Checkout(view, ports, AbortSignal.any([signal, stop.signal])).start();
      readProof(view, (preimage) => {
        view.show("seen");
        void redeem({ bolt11: view.data("bolt11") }, preimage);
      });
    });
    return paid.finally(() => stop.abort());
  }

  /**
   * Sends the paid request until it is answered: waits where the server asks for it, and lets the person try again where
   * the service failed.
   * @returns `undefined` where the payment turns out to be used up, and the person wants a new offer
   */
  async deliver(
    credential: CredentialHeader | undefined,
    send: () => Promise<Response>,
  ): Promise<Response | undefined> {
    const view = this.#view;
    const { signal, messages } = this.#stage;
    const options = { send, sleep, signal, credential: credential ?? (["", ""] as const), maxRetries: 5 };
    if (view === undefined) return undefined;
    for (;;) {
      view.show("unlocking");
      const answer = await presentCredential({ ...options, onRetry: () => view.show("waiting") }).catch(
        () => undefined,
      );
      signal.throwIfAborted();
      if (answer === undefined) view.show("offline");
      else if (answer.status < 500 && answer.status !== 409) return answer;
      else {
        const problem = toProblem(await readObject(answer));
        // Somebody has used it up: asking again with it would say the same.
        if (problem.code === "credential_redeemed") {
          view.show("used");
          await this.#pressAgain(view, messages.newPrice);
          return undefined;
        }
        const what = explain(problem) || fill(messages.failed, { status: `${answer.status}` });
        view.show("failed", `${what} ${view.word("failed")}`);
      }
      await this.#pressAgain(view, messages.again);
    }
  }

  #html(challenge: PaywallChallenge): SafeHtml {
    const { messages, canCancel } = this.#stage;
    const { lightning } = challenge;
    if (lightning !== null) this.#invoices.set(lightning.bolt11, lightning);
    return panelHtml(challenge, messages, { isReadable: isReadable(challenge), canCancel });
  }

  /** Resolves when the person wants it again, or the connection is back. */
  #pressAgain(view: CheckoutView, label: string): Promise<void> {
    const { signal } = this.#stage;
    const stop = new AbortController();
    const button = view.find("again");
    return new Promise<void>((resolve, reject) => {
      if (button !== null) {
        button.hidden = false;
        button.textContent = label;
      }
      button?.addEventListener("click", () => resolve(), { signal: stop.signal });
      addEventListener("online", () => resolve(), { signal: stop.signal });
      signal.addEventListener("abort", () => reject(signal.reason), { signal: stop.signal });
    }).finally(() => {
      stop.abort();
      if (button !== null) button.hidden = true;
    });
  }
}
