import type { PageWord } from "../page/page.ts";
import type { LoadedOffer } from "./checkout.ts";
import type { CheckoutView } from "./checkout-view.ts";
import { explain, readObject, toProblem } from "./problem.ts";

const LONGEST_WAIT_MS = 60_000;

/** How a payment page gets a new offer: another rendering of it carries one, in all languages and for all prices alike. */
export class PageOffers {
  readonly #view: CheckoutView<PageWord>;
  readonly #open: () => void;
  /** The server has asked to be left alone until then. */
  #notBefore = 0;

  /** @param open Goes to what was bought: there is nothing to pay any more. */
  constructor(view: CheckoutView<PageWord>, open: () => void) {
    this.#view = view;
    this.#open = open;
  }

  /** @param amount As it was written; `undefined` for the one that is shown. */
  async load(amount: string | undefined): Promise<LoadedOffer> {
    const view = this.#view;
    if (amount === undefined && Date.now() < this.#notBefore) return { kind: "refused", text: "" };
    const url = amount === undefined ? view.data("page") : this.#amountUrl();
    const stop = new AbortController();
    const answer = await fetch(url, {
      headers: { Accept: "text/html" },
      cache: "no-store",
      signal: stop.signal,
    });
    if (answer.status === 402) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      return { kind: "offer", fresh };
    }
    stop.abort();
    if (answer.ok) this.#open();
    if (answer.ok) return { kind: "open" };
    this.#wait(answer);
    // Until the old price ends, nobody has to know that there is no new one.
    if (amount === undefined && view.state !== "expired") return { kind: "refused", text: "" };
    const text = await this.#explain(url);
    if (amount === undefined && view.state === "expired")
      view.show("expired", `${view.word("expired")} ${text}`);
    return { kind: "refused", text };
  }

  async #explain(url: string): Promise<string> {
    const told = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
    const problem = toProblem(await readObject(told));
    return problem.code === "rail_unavailable" ? this.#view.word("away") : explain(problem);
  }

  #wait({ headers }: Response): void {
    const after = 1000 * Number(headers.get("Retry-After")) || 0;
    this.#notBefore = Date.now() + Math.min(after, LONGEST_WAIT_MS);
  }

  #amountUrl(): string {
    const form = this.#view.find("choose");
    if (!(form instanceof HTMLFormElement)) return this.#view.data("page");
    const fields = [...new FormData(form)].map(([name, value]) => [
      name,
      typeof value === "string" ? value : "",
    ]);
    return `${form.action}?${new URLSearchParams(fields)}`;
  }
}
