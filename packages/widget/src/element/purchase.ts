import type { CredentialHeader } from "@x402-paywall/core/client";
import { explain, readObject, toProblem } from "../checkout/problem.ts";
import { fill } from "../parts/messages.ts";
import { AnswerView } from "./answer-view.ts";
import type { PaywallChallenge } from "./challenge.ts";
import type { PaidRequest } from "./paid-request.ts";
import { PayPanel } from "./pay-panel.ts";
import type { FreshOffer } from "./pay-panel.ts";
import { PaymentCancelledError } from "./payment-cancelled-error.ts";
import type { PaywallEventDetails, PaywallEventName } from "./paywall-events.ts";
import type { KeptPurchase, Purchases } from "./purchases.ts";
import { readChallenge } from "./read-challenge.ts";
import { receiptLink } from "./redeem-offer.ts";
import type { Bought } from "./redeem-offer.ts";
import type { Stage } from "./stage.ts";

export interface PaidAnswer {
  readonly answer: Response;
  /** Empty where the server names none. */
  readonly receiptUrl: string;
  readonly isPaid: boolean;
  /** A listener of `x402:paid` has taken the answer for itself. */
  readonly isTaken: boolean;
}

/** A credential that bought one request only is kept for so long, in case that its answer gets lost. */
const PENDING_MS = 86_400_000;

/** One request, from the first answer to the paid one. */
export class Purchase {
  readonly #request: PaidRequest;
  readonly #stage: Stage;
  readonly #purchases: Purchases;
  #panel: PayPanel | undefined;
  /** Money has moved for what is asked. */
  hasPaid = false;

  constructor(request: PaidRequest, stage: Stage, purchases: Purchases) {
    this.#request = request;
    this.#stage = stage;
    this.#purchases = purchases;
  }

  /** Money is on its way, or is being traded: nobody should leave by a slip of the finger. */
  get isBusy(): boolean {
    return this.#panel?.isBusy === true;
  }

  /**
   * What is no 402 is passed on. On a 402, what was bought before is tried first, then a person pays. Never pays twice by
   * itself: a refused credential leads to a new offer that is shown.
   * @throws PaymentCancelledError, the signal's reason, what `fetch` throws
   */
  async run(): Promise<PaidAnswer> {
    try {
      const { url } = this.#request;
      const first = await this.#send();
      // Behind a redirect to another origin, the caller's own headers would go where they were not meant to.
      const left = first.redirected && new URL(first.url).origin !== new URL(url).origin;
      if (first.status !== 402 || left)
        return { answer: first, receiptUrl: "", isPaid: false, isTaken: false };
      const [response, known] = await this.#buy(first);
      const receiptUrl = receiptLink(response) || known;
      const isTaken = !this.#announce("x402:paid", { response, receiptUrl });
      return { answer: response, receiptUrl, isPaid: true, isTaken };
    } catch (error) {
      if (error instanceof PaymentCancelledError) this.#announce("x402:cancelled", {});
      else this.#fail(error);
      throw error;
    }
  }

  /**
   * Shows an answer where the offer was. Resolves at its end.
   * @throws Error with the server's words for an answer that is no success
   */
  async show(
    { answer, receiptUrl, isPaid }: PaidAnswer,
    topUp: (url: string) => Promise<boolean>,
  ): Promise<void> {
    this.#stage.signal.throwIfAborted();
    if (!answer.ok) {
      const text = explain(toProblem(await readObject(answer)));
      throw this.#fail(new Error(text || fill(this.#stage.messages.failed, { status: `${answer.status}` })));
    }
    this.#stage.open();
    await new AnswerView({ ...this.#stage, topUp }, answer, this.#request.url).show(receiptUrl, isPaid);
  }

  #fail(cause: unknown): Error {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.#announce("x402:error", { error });
    return error;
  }

  #announce<Name extends PaywallEventName>(
    name: Name,
    detail: Omit<PaywallEventDetails[Name], "url" | "method">,
  ): boolean {
    const { url, method } = this.#request;
    const more = { bubbles: true, composed: true, cancelable: name === "x402:paid" };
    return this.#stage.target.dispatchEvent(
      new CustomEvent(name, { ...more, detail: { url, method, ...detail } }),
    );
  }

  async #buy(first: Response): Promise<readonly [answer: Response, receiptUrl: string]> {
    let challenge = await this.#read(first);
    this.#announce("x402:challenge", { challenge });
    const known = await this.#presentKnown(challenge);
    if (known !== undefined) return [known, ""];
    this.#stage.open();
    const panel = new PayPanel(this.#stage, {
      ask: (amount) => this.#ask(amount),
      onPaying: () => this.#announce("x402:paying", {}),
      onBought: (bought, paid) => this.#keep(bought, paid),
    });
    this.#panel = panel;
    for (;;) {
      const bought = await panel.pay(challenge);
      if (bought.kind === "answer") return [bought.answer, ""];
      const { credential } = bought;
      const answer = await panel.deliver(credential, () => this.#send(credential));
      const kept = this.#purchaseOf(bought, challenge);
      if (answer !== undefined && answer.status !== 402)
        return [this.#settle(answer, kept, challenge), bought.receiptUrl];
      if (kept !== undefined) this.#purchases.drop(kept);
      challenge = await this.#read(answer ?? (await this.#send()));
    }
  }

  #send(header?: CredentialHeader): Promise<Response> {
    const { url, frozen } = this.#request;
    const { signal } = this.#stage;
    return fetch(url, { ...frozen.init(header), signal, ...(header && { cache: "no-store" }) });
  }

  #read(answer: Response): Promise<PaywallChallenge> {
    const { url, method, frozen } = this.#request;
    const { hasAuthorization } = frozen;
    return readChallenge(answer, { url, method, hasAuthorization }, Math.floor(Date.now() / 1000));
  }

  async #ask(amount: string | undefined): Promise<FreshOffer> {
    const answer = await this.#send(amount === undefined ? undefined : ["Paywall-Amount", amount]);
    if (answer.status === 402) return { kind: "offer", challenge: await this.#read(answer) };
    if (answer.ok) return { kind: "answer", answer };
    return { kind: "refused", text: explain(toProblem(await readObject(answer))) };
  }

  /** What was bought before, as long as it is good; what is refused is forgotten. */
  async #presentKnown(challenge: PaywallChallenge): Promise<Response | undefined> {
    const { method, url, hasBody, frozen } = this.#request;
    if (frozen.hasAuthorization) return undefined;
    for (const kept of this.#purchases.find(method, url, challenge.unlockUrl)) {
      if (hasBody && !kept.isWide) continue;
      const answer = await this.#send(kept.credential).catch(() => undefined);
      if (answer === undefined || answer.status >= 500) return undefined;
      if (answer.status !== 402 && answer.status !== 409) return this.#settle(answer, kept, challenge);
      // What is good for all of an endpoint may still be good elsewhere there.
      if (!kept.isWide || kept.url === url) this.#purchases.drop(kept);
    }
    return undefined;
  }

  #keep(bought: Bought, challenge: PaywallChallenge): void {
    this.hasPaid = true;
    const kept = this.#purchaseOf(bought, challenge);
    // A body is part of what was paid for, and is not kept.
    if (kept !== undefined && (kept.isWide || !this.#request.hasBody)) this.#purchases.keep(kept);
  }

  #purchaseOf(bought: Bought, { terms, unlockUrl }: PaywallChallenge): KeptPurchase | undefined {
    if (bought.kind === "answer" || bought.credential === undefined) return undefined;
    const { credential, until } = bought;
    const { method, url } = this.#request;
    const isWide = until !== undefined && terms !== undefined && terms.kind !== "use";
    const end = until !== undefined && (this.#stage.keeps || isWide) ? until : Date.now() + PENDING_MS;
    return { method, url, endpoint: unlockUrl, credential, until: end, isWide };
  }

  /** After the answer: what was for one request is used up, and what the server gives for further ones is kept. */
  #settle(answer: Response, used: KeptPurchase | undefined, { unlockUrl }: PaywallChallenge): Response {
    const { method, url } = this.#request;
    const token = answer.headers.get("Paywall-Access-Token");
    const until = Date.parse(answer.headers.get("Paywall-Expires") ?? "");
    const isKept = used?.isWide || (this.#stage.keeps && used?.credential[1].startsWith("Bearer "));
    if (answer.ok && used !== undefined && !isKept) this.#purchases.drop(used);
    if (answer.ok && token !== null && until > 0) {
      const credential = ["Authorization", `Bearer ${token}`] as const;
      this.#purchases.keep({ method, url, endpoint: unlockUrl, credential, until, isWide: true });
    }
    return answer;
  }
}
