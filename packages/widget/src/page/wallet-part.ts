import type { PaymentPageInput, PaymentRequirements } from "@x402-paywall/core";
import { cut, html } from "../parts/html.ts";
import type { SafeHtml } from "../parts/html.ts";
import { fill } from "../parts/messages.ts";
import { promise } from "../parts/slip-parts.ts";
import type { Slip } from "../parts/slip.ts";
import { networkName } from "../parts/x402-part.ts";
import type { WalletOffers } from "../wallet/wallet-offer.ts";
import { englishWallet } from "../parts/wallet-messages.ts";
import type { PageMessages } from "./page-messages.ts";

/**
 * The button that loads the wallet's script, and what the script reads; nothing where no offer has a fixed amount. The button
 * is hidden until there is a script to show it.
 */
export function walletPart(input: PaymentPageInput, slip: Slip, messages: PageMessages): SafeHtml | null {
  const { walletScriptUrl, lightning } = input;
  const offers = walletOffers(input);
  const [first] = offers.offers;
  if (walletScriptUrl === undefined || first === undefined) return null;
  const label = fill(messages.payWallet, { token: first.symbol });
  const translated =
    messages.wallet === englishWallet
      ? null
      : html`<span id="wallet-words" hidden>${JSON.stringify(messages.wallet)}</span>`;
  return html`<div class="pay">
    <button
      class="go ${lightning === null ? "" : "quiet"}"
      id="wallet-pay"
      type="button"
      data-src="${walletScriptUrl}"
      hidden
    >
      ${label}
    </button>
    <span id="wallet-offers" data-renew hidden>${JSON.stringify(offers)}</span>${translated}
    ${lightning === null ? html`<p class="note">${promise(slip, messages)}</p>` : null}
  </div>`;
}

function walletOffers({ evm, evmChains = {}, mode, quote }: PaymentPageInput): WalletOffers {
  const offers = evm.filter(isFixed).map((requirements) => {
    const chain = evmChains[requirements.network] ?? null;
    const network = cut(chain?.name ?? networkName(requirements.network), 40);
    return { requirements, network, symbol: symbolOf(requirements), chain };
  });
  return { test: mode === "test", expiresAt: quote.expiresAt, offers };
}

/** A maximum is signed for one answer to one request; a page pays before it opens. */
function isFixed({ scheme, network }: PaymentRequirements): boolean {
  return scheme === "exact" && network.startsWith("eip155:");
}

/** Circle's token calls itself "USD Coin" in some places, and USDC everywhere else. */
export function symbolOf({ extra }: PaymentRequirements): string {
  const { name = "" } = extra;
  return name === "USD Coin" || name === "" ? "USDC" : cut(name, 12);
}
