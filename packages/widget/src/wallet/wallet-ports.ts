import type { Checkout } from "../checkout/checkout.ts";
import type { CheckoutView } from "../checkout/checkout-view.ts";

/** What the page gives to the wallet's script, which it loads when a person chooses it. */
export interface WalletPorts {
  readonly view: CheckoutView;
  /** The one that was pressed; from now on the wallet's. */
  readonly button: HTMLButtonElement;
  readonly checkout: Pick<Checkout, "ready" | "renew" | "secondsLeft">;
  /** Presents a signed payment that is still open, so that nobody signs twice. @returns whether there was one */
  readonly resume: () => Promise<boolean>;
  /** Keeps and presents a signed payment (base64), and shows how that goes. Resolves where it opens nothing. */
  readonly redeem: (payment: string) => Promise<void>;
}

/** Where the script puts {@link StartWallet}. */
export const WALLET_GLOBAL = "x402PaywallWallet";

export type StartWallet = (ports: WalletPorts) => void;
