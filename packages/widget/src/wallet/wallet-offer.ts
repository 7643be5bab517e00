import type { EvmChain, PaymentRequirements } from "@x402-paywall/core";

/** What a person may pay with a wallet: written into the page by its server, read by the wallet's script. */
export interface WalletOffers {
  /** No money moves, so none has to be there. */
  readonly test: boolean;
  /** End of the quote, Unix seconds of the server's clock. */
  readonly expiresAt: number;
  readonly offers: readonly WalletOffer[];
}

export interface WalletOffer {
  /** Sealed: goes back whole, as `accepted`. */
  readonly requirements: PaymentRequirements;
  /** `Base`. */
  readonly network: string;
  /** `USDC`; always of six decimals, worth a dollar. */
  readonly symbol: string;
  /** For wallets that do not know the network. */
  readonly chain: EvmChain | null;
}

/** @returns no offers for a text that holds none */
export function readWalletOffers(text: string): WalletOffers {
  try {
    const json: unknown = JSON.parse(text);
    if (isWalletOffers(json)) return json;
  } catch {
    // A page without them.
  }
  return { test: false, expiresAt: 0, offers: [] };
}

/** It is our own page that says so: only that it is there has to be looked at. */
function isWalletOffers(json: unknown): json is WalletOffers {
  return typeof json === "object" && json !== null && "offers" in json && Array.isArray(json.offers);
}
