import { clockText } from "../parts/amounts.ts";
import type { SlipState } from "../parts/messages.ts";
import type { CheckoutWord } from "../parts/slip-parts.ts";

/** In all others money is on its way or has arrived: nothing of the offer may change, and nobody may pay again. */
const IDLE: ReadonlySet<string> = new Set([
  "awaiting",
  "choosing",
  "expired",
  "used",
  "problem",
  "offline",
  "away",
]);

/** The slip in a document or in a shadow root: what it says, and what a new offer replaces in it. */
export class CheckoutView<Word extends string = never> {
  readonly root: Document | ShadowRoot;
  /** Its `data-` attributes carry all that the slip knows: see `slipData`. */
  readonly main: HTMLElement;

  /** @throws TypeError where the root shows no slip. */
  constructor(root: Document | ShadowRoot) {
    const main = root.getElementById("pay");
    if (main === null) throw new TypeError("No slip");
    this.root = root;
    this.main = main;
  }

  get state(): string {
    return this.main.dataset["state"] ?? "";
  }

  get isBusy(): boolean {
    return !IDLE.has(this.state);
  }

  /** Nobody answers for the moment. */
  get isCut(): boolean {
    return this.state === "offline" || this.state === "away";
  }

  find(id: string): HTMLElement | null {
    return this.root.getElementById(id);
  }

  data(name: string): string {
    return this.main.dataset[name] ?? "";
  }

  word(name: Word | CheckoutWord): string {
    return this.root.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  }

  /** `detail` in place of the state's own words. */
  show(state: SlipState | Word, detail = ""): void {
    this.main.dataset["state"] = state;
    const line = this.find("state");
    const text = detail === "" ? this.word(state) : detail;
    if (line !== null && line.textContent !== text) line.textContent = text;
    const taken = this.isBusy;
    this.find("go")?.setAttribute("aria-disabled", String(taken || state === "expired"));
    this.#hide("renew", state !== "expired");
    this.#hide("open", state !== "unlocked");
    this.#hide("held", taken || state === "expired" || state === "used");
  }

  showClock(secondsLeft: number): void {
    const clock = this.find("clock");
    if (clock !== null) clock.textContent = clockText(secondsLeft);
  }

  /** Puts another rendering's offer in place of this one; focus, opened parts and the address stay. */
  replaceOffer(fresh: Document | DocumentFragment): boolean {
    const next = fresh.getElementById("pay");
    if (next === null) return false;
    for (const name of ["token", "hash", "bolt11", "seconds", "page"])
      this.main.dataset[name] = next.dataset[name] ?? "";
    for (const old of this.root.querySelectorAll("[data-renew]")) {
      const part = fresh.getElementById(old.id);
      if (part === null) continue;
      if (old instanceof HTMLInputElement && part instanceof HTMLInputElement) old.value = part.value;
      else if (old instanceof HTMLAnchorElement) old.setAttribute("href", part.getAttribute("href") ?? "");
      else old.replaceChildren(...part.childNodes);
    }
    return true;
  }

  #hide(id: string, hidden: boolean): void {
    const part = this.find(id);
    if (part !== null) part.hidden = hidden;
  }
}
