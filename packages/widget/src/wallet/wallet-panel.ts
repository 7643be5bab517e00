import { setHtml } from "../element/set-html.ts";
import { html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import type { FoundWallet } from "./find-wallets.ts";
import type { WalletMessages } from "../parts/wallet-messages.ts";

/** What the panel shows of the wallet that was chosen. */
export interface ShownWallet {
  readonly wallet: FoundWallet;
  readonly account: string | undefined;
  /** There are others to choose from. */
  readonly hasOthers: boolean;
}

export interface ShownNetwork {
  /** CAIP-2. */
  readonly id: string;
  readonly name: string;
}

/** Above the page's button: the wallets to choose from, or the one that was chosen, its account, and the networks. */
export class WalletPanel {
  readonly #box = document.createElement("div");
  readonly #messages: WalletMessages;
  #onWallet: (at: number) => void = () => {};
  #onAnother: () => void = () => {};
  #onNetwork: (id: string) => void = () => {};
  #shown = "";

  constructor(button: HTMLElement, messages: WalletMessages) {
    this.#messages = messages;
    this.#box.className = "wallet";
    this.#box.setAttribute("role", "group");
    this.#box.setAttribute("aria-label", messages.title);
    button.before(this.#box);
    this.#box.addEventListener("click", (event) => this.#press(event.target));
    this.#box.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) this.#onNetwork(target.value);
    });
  }

  clear(): void {
    this.#show(html``);
  }

  /** The first one gets the focus: the button below has nothing to do meanwhile. */
  choose(wallets: readonly FoundWallet[], onWallet: (wallet: FoundWallet) => void): void {
    this.#onWallet = (at) => {
      const wallet = wallets[at];
      if (wallet !== undefined) onWallet(wallet);
    };
    const items = wallets.map(
      (wallet, at) =>
        html`<li>
          <button type="button" data-wallet="${String(at)}">
            ${picture(wallet)} <bdi>${wallet.name}</bdi>
          </button>
        </li>`,
    );
    this.#show(
      html`<ul class="choices">
        ${items}
      </ul>`,
    );
    this.#box.querySelector("button")?.focus();
  }

  show(shown: ShownWallet, onAnother: () => void): void {
    this.#onAnother = onAnother;
    const { wallet, account, hasOthers } = shown;
    const another = html`<button type="button" data-another>${this.#messages.another}</button>`;
    const address = html`<code dir="ltr" title="${account ?? ""}">${shorten(account ?? "")}</code>`;
    const head = html`<p class="who">
      ${picture(wallet)} <b><bdi>${wallet.name}</bdi></b>
      ${account === undefined ? null : address} ${hasOthers ? another : null}
    </p>`;
    this.#show(head);
  }

  /** Only where there is a choice. */
  offer(networks: readonly ShownNetwork[], chosen: string, onNetwork: (id: string) => void): void {
    this.#onNetwork = onNetwork;
    const old = this.#box.querySelector("fieldset");
    if (networks.length < 2) return old?.remove();
    const radios = networks.map(
      ({ id, name }) =>
        html`<label><input type="radio" name="network" value="${id}" /><bdi>${name}</bdi></label>`,
    );
    const order = networks.map(({ id }) => id).join(" ");
    const field = old ?? document.createElement("fieldset");
    if (field.dataset["order"] !== order) {
      setHtml(
        field,
        html`<legend>${this.#messages.networks}</legend>
          ${radios}`,
      );
      field.className = "nets";
      field.dataset["order"] = order;
    }
    for (const radio of field.querySelectorAll("input")) radio.checked = radio.value === chosen;
    if (old === null) this.#box.append(field);
  }

  /** The same again is left alone, with its focus. */
  #show(content: SafeHtml): void {
    if (content.safe === this.#shown) return;
    this.#shown = content.safe;
    setHtml(this.#box, content);
  }

  #press(target: EventTarget | null): void {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button === null) return;
    const at = button.dataset["wallet"];
    if (at !== undefined) this.#onWallet(Number(at));
    else this.#onAnother();
  }
}

export function shorten(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`;
}

/** Not said: the name stands beside it. */
function picture({ icon }: FoundWallet): SafeHtml {
  return icon === "" ? html`<i></i>` : html`<img src="${icon}" alt="" />`;
}
