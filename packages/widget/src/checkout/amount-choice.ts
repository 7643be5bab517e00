import type { CheckoutView } from "./checkout-view.ts";

/** Asks for the offer of an amount; `wanted` says whether it still matters. @returns whether it is shown now */
export type AskForAmount = (amount: string, wanted: () => boolean) => Promise<boolean>;

const TYPING_PAUSE_MS = 700;

/**
 * A payer names an amount, and the offer is replaced in place. Nobody can pay the price of the amount before: what starts
 * a payment awaits `settle` first.
 */
export class AmountChoice {
  readonly #view: CheckoutView;
  readonly #ask: AskForAmount;
  readonly #field: HTMLInputElement | undefined;
  #chosen = "";
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: Promise<boolean> | undefined;

  constructor(view: CheckoutView, ask: AskForAmount, signal: AbortSignal) {
    this.#view = view;
    this.#ask = ask;
    const field = view.find("amount");
    const form = view.find("choose");
    if (!(field instanceof HTMLInputElement) || !(form instanceof HTMLFormElement)) return;
    this.#field = field;
    this.#chosen = field.value;
    // The page says by itself what is wrong, in its own language.
    form.noValidate = true;
    const settle = () => void this.settle();
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        settle();
      },
      { signal },
    );
    field.addEventListener("change", settle, { signal });
    field.addEventListener("input", () => this.#settleSoon(field), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** An amount was written whose offer is not shown yet. */
  get isPending(): boolean {
    return this.#field !== undefined && (this.#field.value !== this.#chosen || this.#asking !== undefined);
  }

  /** @returns whether the offer that is shown is the one for what is written */
  settle(): Promise<boolean> {
    clearTimeout(this.#timer);
    const field = this.#field;
    if (field === undefined || this.#view.isBusy || field.value === this.#chosen) {
      if (field?.hasAttribute("aria-invalid") === true) this.#accept(field);
      return this.#asking ?? Promise.resolve(!this.#view.isBusy);
    }
    if (!field.checkValidity()) {
      field.setAttribute("aria-invalid", "true");
      this.#view.show("problem", field.dataset["wrong"] ?? "");
      return Promise.resolve(false);
    }
    return this.#choose(field);
  }

  #choose(field: HTMLInputElement): Promise<boolean> {
    const mine = ++this.#turn;
    this.#chosen = field.value;
    field.removeAttribute("aria-invalid");
    this.#view.show("choosing");
    const asked = this.#ask(field.value, () => mine === this.#turn && !this.#view.isBusy).then((taken) => {
      if (mine !== this.#turn) return this.settle();
      this.#asking = undefined;
      if (!taken) this.#chosen = "";
      return taken;
    });
    this.#asking = asked;
    return asked;
  }

  #accept(field: HTMLInputElement): void {
    field.removeAttribute("aria-invalid");
    if (!this.#view.isBusy) this.#view.show("awaiting");
  }

  #settleSoon(field: HTMLInputElement): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (field.checkValidity()) void this.settle();
    }, TYPING_PAUSE_MS);
  }
}
