/** Pays x402 offers from a browser's wallet: bundled into `bundled/wallet-bundle.ts`, loaded by the payment page on demand. */
import { WalletFlow } from "../src/wallet/wallet-flow.ts";
import { readWalletMessages } from "../src/parts/wallet-messages.ts";
import { WALLET_GLOBAL } from "../src/wallet/wallet-ports.ts";
import type { StartWallet } from "../src/wallet/wallet-ports.ts";
import { walletStyle } from "../src/wallet/wallet-style.ts";

const start: StartWallet = (ports) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(walletStyle);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const words = ports.view.find("wallet-words")?.textContent ?? "";
  void new WalletFlow(ports, readWalletMessages(words)).start();
};

Reflect.set(globalThis, WALLET_GLOBAL, start);
