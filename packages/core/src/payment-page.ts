import type { EvmChain } from "./offer.ts";
import type { Price } from "./price.ts";
import type { ProblemDocument } from "./problem.ts";
import type { Mode, Quote } from "./quote.ts";
import type { PaymentRequirements } from "./wire/x402.ts";

/** What a payment page shows. All texts are plain text of any content: the page escapes, isolates and cuts them. */
export interface PaymentPageInput {
  readonly title: string;
  readonly description: string;
  readonly creatorName: string;
  readonly mode: Mode;
  readonly quote: PageQuote;
  /** The price in force, for saying what the quote's amount buys; absent for a top-up. */
  readonly price?: Price;
  /** What the creator said that the link is; a `stream` is shown in a page of ours after the payment. */
  readonly kind?: ResourceKind;
  /** Same origin, `?resource=&amount=`: this page for another amount; `null` where the payer cannot choose. */
  readonly chooseUrl?: string | null;
  /** Public URL of the resource, with its query. */
  readonly resourceUrl: string;
  readonly method: string;
  readonly lightning: PageLightning | null;
  /** x402 requirements, sealed as in the header. */
  readonly evm: readonly PaymentRequirements[];
  /** Networks of `evm` by their CAIP-2 name, as wallets are told of them; tokens there are dollars of six decimals. */
  readonly evmChains?: Readonly<Record<string, EvmChain>>;
  /** Same origin: the script that pays `evm` from a wallet of the browser, loaded when a person chooses that. */
  readonly walletScriptUrl?: string;
  /** Same origin: `GET` with `?payment_hash=` answers `{state: "awaiting" | "paid" | "expired"}`. */
  readonly statusUrl: string;
  /**
   * Same origin: `POST {token, preimage?, resource?}` as JSON or as a form; `POST {payment, resource?}` for what a wallet has
   * signed, base64 of the x402 v2 payload.
   */
  readonly unlockUrl: string;
  /** Raw path and query of the resource. */
  readonly resourcePath: string;
  /** Where the sandbox wallet pays `{bolt11}`; `null` in LIVE mode. */
  readonly sandboxPayUrl: string | null;
  /** Why the last credential was refused. */
  readonly error: ProblemDocument | null;
  /** For the page's own inline script and style: 16 random bytes, base64 or base64url. */
  readonly nonce: string;
  /** Unix seconds of the rendering; default: when the quote was issued. */
  readonly now?: number;
}

/** Of a quote, what a person is told. */
export type PageQuote = Pick<Quote, "amount" | "terms" | "rate" | "issuedAt" | "expiresAt">;

/** What a link leads to, as far as its creator knows. */
export type ResourceKind = "json" | "stream" | "file" | "page" | "openapi";

/** The page that shows a paid stream: text as it arrives, its cost, Stop, and a top-up where the money runs out. */
export interface StreamPageInput {
  readonly title: string;
  readonly creatorName: string;
  readonly mode: Mode;
  readonly price: Price;
  /** Same origin; `fetch` it with the browser's cookie and `Accept: text/event-stream`. */
  readonly resourcePath: string;
  /** Same origin; `GET` with the cookie answers what is left. */
  readonly infoUrl: string;
  /** Same origin; `GET` answers the stream itself whatever `Accept` says, for browsers without script; default: `resourcePath`. */
  readonly rawUrl?: string;
  readonly nonce: string;
}

export type StreamPage = (input: StreamPageInput) => RenderedPage;

export interface PageLightning {
  readonly bolt11: string;
  readonly paymentHash: string;
  readonly amountMsat: bigint;
  /** The L402 token (standard base64) to unlock with. */
  readonly token: string;
}

/** A document and the value of its `Content-Security-Policy` header. */
export interface RenderedPage {
  readonly html: string;
  readonly csp: string;
}

/** Renders the 402 for people: a pure function, so that any server can answer with it. */
export type PaymentPage = (input: PaymentPageInput) => RenderedPage;
