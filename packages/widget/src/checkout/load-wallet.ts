import { WALLET_GLOBAL } from "../wallet/wallet-ports.ts";
import type { StartWallet, WalletPorts } from "../wallet/wallet-ports.ts";

/**
 * Shows the button that pays with a wallet of this browser; the script behind it is loaded with the first press.
 * @param nonce Of the page's policy.
 */
export function offerWallet(ports: Omit<WalletPorts, "button">, nonce: string): void {
  const { view } = ports;
  const button = view.find("wallet-pay");
  if (!(button instanceof HTMLButtonElement)) return;
  // TEST pays with the sandbox's wallet; one of the browser's is for who has it.
  const isSpare = view.data("sandbox") !== "" && view.data("bolt11") !== "";
  button.hidden = isSpare && !("ethereum" in globalThis);
  const load = (): void => {
    if (view.isBusy) return;
    button.removeEventListener("click", load);
    const script = document.createElement("script");
    script.src = button.dataset["src"] ?? "";
    script.nonce = nonce;
    script.addEventListener("load", () => {
      const start: unknown = Reflect.get(globalThis, WALLET_GLOBAL);
      if (isStart(start)) start({ ...ports, button });
    });
    script.addEventListener("error", () => {
      if (!view.isBusy) view.show(navigator.onLine ? "problem" : "offline");
      button.addEventListener("click", load);
    });
    document.head.append(script);
  };
  button.addEventListener("click", load);
}

function isStart(value: unknown): value is StartWallet {
  return typeof value === "function";
}
