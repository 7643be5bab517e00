import type { PageWord } from "../page/page.ts";
import type { CheckoutView } from "./checkout-view.ts";
import { copyText } from "./copy-from.ts";
import { asText, readObject } from "./problem.ts";

const SAID_MS = 1500;

/**
 * For who pays here and calls from a program, with a wallet that hides the preimage: the finished `Authorization` header, in
 * place of opening what was bought. It stands in the page and nowhere else, never in an address.
 */
export class FinishedCredential {
  readonly #view: CheckoutView<PageWord>;
  readonly #box: HTMLInputElement | undefined;
  readonly #key: string;

  constructor(view: CheckoutView<PageWord>) {
    this.#view = view;
    this.#key = `x402-paywall:program ${view.data("resource")}`;
    const box = view.find("program");
    const choice = view.find("program-choice");
    if (!(box instanceof HTMLInputElement) || choice === null) return;
    this.#box = box;
    choice.hidden = false;
    // A reload while the money is on its way must not open what a program was to get.
    box.checked = this.#wasChosen();
    if (box.checked) choice.closest("details")?.setAttribute("open", "");
    box.addEventListener("change", () => this.#follow());
    for (const id of ["credential-header", "credential-curl"]) this.#copyFrom(id);
    this.#follow();
  }

  get isChosen(): boolean {
    return this.#box?.checked === true;
  }

  /** @param openHere What the person may do with it instead. */
  async show(answer: Response, openHere: () => void): Promise<void> {
    const view = this.#view;
    const authorization = asText((await readObject(answer))["authorization"]);
    const header = view.find("credential-header");
    const curl = view.find("credential-curl");
    // It stands between quotes that a shell reads.
    if (!/^L402 [\w+/=:-]+$/.test(authorization) || header === null || curl === null) {
      view.show("problem");
      return;
    }
    header.textContent = `Authorization: ${authorization}`;
    curl.textContent = (curl.dataset["template"] ?? "").replace("{authorization}", () => authorization);
    view.find("credential")?.removeAttribute("hidden");
    view.find("open-here")?.addEventListener("click", openHere, { once: true });
    if (this.#box !== undefined) this.#box.disabled = true;
    view.show("handedOut");
  }

  /** The payment is to open here after all. */
  leave(): void {
    if (this.#box === undefined) return;
    this.#box.checked = false;
    this.#box.disabled = false;
    this.#follow();
  }

  #follow(): void {
    this.#view.main.toggleAttribute("data-program", this.isChosen);
    try {
      sessionStorage.setItem(this.#key, this.isChosen ? "1" : "");
    } catch {
      // Then a reload forgets it.
    }
  }

  #wasChosen(): boolean {
    try {
      return sessionStorage.getItem(this.#key) === "1";
    } catch {
      return false;
    }
  }

  #copyFrom(id: string): void {
    const text = this.#view.find(id);
    const button = this.#view.find(`${id}-copy`);
    if (text === null || button === null) return;
    button.addEventListener("click", () => {
      void copyText(text.textContent ?? "", () => getSelection()?.selectAllChildren(text));
      button.textContent = button.dataset["done"] ?? "";
      setTimeout(() => {
        button.textContent = button.dataset["label"] ?? "";
      }, SAID_MS);
    });
  }
}
