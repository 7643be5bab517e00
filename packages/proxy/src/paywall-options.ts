import type { Crypto, KeyRing, Signer } from "@x402-paywall/core";
import type { EndpointSource } from "./endpoint.ts";
import type { PaywallLog } from "./log.ts";
import type { PaymentPage, StreamPage } from "@x402-paywall/core";
import type { RateSource } from "./rates/rate-source.ts";
import type { Locate } from "./place.ts";
import type { Rail } from "./rail.ts";
import type { Site } from "./site.ts";
import type { AtomicStore } from "./store.ts";
import type { TokenCounter } from "./usage/index.ts";

export interface PaywallOptions {
  readonly endpoints: EndpointSource;
  /** How endpoints lie in the URL space. Default: each below `/p/<slug>`. */
  readonly site?: Site;
  /** Where an application has rules of its own: what the engine is not told it looks up here, and passes through without. */
  readonly locate?: Locate;
  readonly store: AtomicStore;
  readonly rails: readonly Rail[];
  readonly keys: KeyRing;
  readonly crypto: Crypto;
  /** Signs receipts. */
  readonly signer: Signer;
  readonly rates: RateSource;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Public origin of the content plane, e.g. `https://pay.example`; no slash at the end. */
  readonly contentUrl: string;
  /** Public origin of the app, where receipts can be read. */
  readonly appUrl: string;
  /** Where our problem types are documented. */
  readonly docsBase: string;
  /** The 402 for people; without it they get JSON. */
  readonly page?: PaymentPage;
  /**
   * The script that pays stablecoins from a wallet of the browser: `walletScript` of `@x402-paywall/widget`. Payment pages
   * load it when a person chooses that; without it they say who can pay.
   */
  readonly walletScript?: string;
  /** Shows a paid stream to people; without it they get its bytes. */
  readonly streamPage?: StreamPage;
  /** Where the sandbox wallet takes `{bolt11}`, for the page's button. */
  readonly sandboxPayUrl?: string;
  readonly log?: PaywallLog;
  /** Lower-case hosts (with port) under which this instance itself is reachable. */
  readonly selfHosts?: readonly string[];
  /** Default 300. */
  readonly quoteSeconds?: number;
  /** How long a claim or a hold lives without a sign of life. Default 30000. */
  readonly leaseMs?: number;
  /** Counts the tokens of answers that do not report theirs; without it they are estimated by length. */
  readonly loadTokens?: () => Promise<TokenCounter>;
  /** How long a stream waits for credit. Default 60000. */
  readonly creditWaitMs?: number;
  /** How long and how far an upstream is read on after its payer left, where the creator wants that. */
  readonly drain?: { readonly milliseconds: number; readonly bytes: number };
  /** How long one rail may take to make an offer. Default 1500. */
  readonly offerTimeoutMs?: number;
}
