import { fill } from "../parts/messages.ts";
import type { WalletAction, WalletMessages, WalletPhase } from "../parts/wallet-messages.ts";
import { PHASES } from "./wallet-phases.ts";
import type { WalletPorts } from "./wallet-ports.ts";

/** What fills the `{names}` of the words. */
export type PhaseValues = Readonly<Record<string, string>>;

/**
 * Shows the phase in the slip's one live region and on the page's one button. Others write into that region too (a price that
 * ended, a payment by Lightning): theirs goes first, and the phase is said again when they are done.
 */
export class WalletScreen {
  readonly #ports: Pick<WalletPorts, "view" | "button">;
  readonly #messages: WalletMessages;
  #phase: WalletPhase = "connecting";
  #words = "";

  constructor(ports: Pick<WalletPorts, "view" | "button">, messages: WalletMessages) {
    this.#ports = ports;
    this.#messages = messages;
    const changes = new MutationObserver(() => this.#follow());
    changes.observe(ports.view.main, { attributes: true, attributeFilter: ["data-state"] });
  }

  get phase(): WalletPhase {
    return this.#phase;
  }

  get action(): WalletAction {
    return PHASES[this.#phase].action;
  }

  /** @param silent What the slip says meanwhile stays: a refusal, say, while the button offers another try. */
  show(phase: WalletPhase, values: PhaseValues, silent = false): void {
    const { view, button } = this.#ports;
    const { tone, action } = PHASES[phase];
    // Of the slip's busy states only the wallet's own may end here.
    const isOurs = !view.isBusy || (view.state === "paying" && this.#phase === "signing");
    this.#phase = phase;
    this.#words = fill(this.#messages.phases[phase], values).trim();
    button.textContent = fill(this.#messages.actions[action], values);
    button.hidden = phase === "choosing";
    view.main.dataset["wallet"] = phase;
    view.main.toggleAttribute("data-waits", action === "wait");
    if (!silent && isOurs) view.show(tone, this.#words);
    this.#follow();
  }

  #follow(): void {
    const { view, button } = this.#ports;
    const { tone, action } = PHASES[this.#phase];
    const taken = action === "wait" || view.isBusy || view.state === "expired";
    button.setAttribute("aria-disabled", String(taken));
    const line = view.find("state")?.textContent;
    if (view.state === "awaiting" && line !== this.#words) view.show(tone, this.#words);
  }
}
