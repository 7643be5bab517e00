import type { ProblemDocument } from "./problem.ts";
import type { Mode, Quote } from "./quote.ts";
import type { PaymentRequirements } from "./wire/x402.ts";

/** What a payment page shows. All texts are plain text of any content: the page escapes, isolates and cuts them. */
export interface PaymentPageInput {
  readonly title: string;
  readonly description: string;
  readonly creatorName: string;
  readonly mode: Mode;
  readonly quote: Quote;
  /** Public URL of the resource, with its query. */
  readonly resourceUrl: string;
  readonly method: string;
  readonly lightning: PageLightning | null;
  /** x402 requirements, sealed as in the header. */
  readonly evm: readonly PaymentRequirements[];
  /** Same origin: `GET` with `?payment_hash=` answers `{state: "awaiting" | "paid" | "expired"}`. */
  readonly statusUrl: string;
  /** Same origin: `POST {token, preimage?, resource?}` as JSON or as a form. */
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
