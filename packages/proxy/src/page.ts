import type { Mode, PaymentRequirements, ProblemDocument, Quote } from "@x402-paywall/core";

/** What a payment page shows; all texts are plain text that the page escapes. */
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
  /** Path on the content origin: `GET` answers `{state: "awaiting" | "paid" | "expired"}`. */
  readonly statusUrl: string;
  /** Path on the content origin: `POST {token, preimage?, resource?}` as JSON or as a form. */
  readonly unlockUrl: string;
  /** Raw path and query of the resource: the form's `resource` field. */
  readonly resourcePath: string;
  /** Where the sandbox wallet pays `{bolt11}`; `null` in LIVE mode. */
  readonly sandboxPayUrl: string | null;
  /** Why the last credential was refused. */
  readonly error: ProblemDocument | null;
  /** For the page's own inline script and style. */
  readonly nonce: string;
}

export interface PageLightning {
  readonly bolt11: string;
  readonly paymentHash: string;
  readonly amountMsat: bigint;
  /** The L402 token (standard base64) to unlock with. */
  readonly token: string;
}

/** Renders the 402 for people. `csp`: value of the `Content-Security-Policy` header. */
export type PaymentPage = (input: PaymentPageInput) => { readonly html: string; readonly csp: string };
