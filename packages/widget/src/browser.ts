/**
 * For browsers: defines `<x402-paywall>`. Importing it on a server does nothing.
 * @example import { paywallFetch } from "@x402-paywall/widget/browser";
 */
import { X402Paywall } from "./element/x402-paywall.ts";

export { isReadable } from "./element/challenge.ts";
export type { PaywallChallenge } from "./element/challenge.ts";
export { englishElement } from "./element/element-messages.ts";
export type { ElementMessages } from "./element/element-messages.ts";
export { enable } from "./element/intercept.ts";
export { PaymentCancelledError } from "./element/payment-cancelled-error.ts";
export type { PaywallEventDetails, PaywallEventName, RequestDetail } from "./element/paywall-events.ts";
export { paywallFetch, paywallShow } from "./element/paywall-fetch.ts";
export type { PaywallFetchOptions } from "./element/paywall-fetch.ts";
export { readChallenge } from "./element/read-challenge.ts";
export type { PaywallState } from "./element/x402-paywall.ts";
export { X402Paywall };

if (globalThis.customElements?.get("x402-paywall") === undefined)
  globalThis.customElements?.define("x402-paywall", X402Paywall);
