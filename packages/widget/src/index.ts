export { english } from "./messages.ts";
export type { PageMessages, PageState } from "./messages.ts";
export { renderPaymentPage } from "./page.ts";
export { englishStream } from "./stream-messages.ts";
export type { StreamMessages, StreamState } from "./stream-messages.ts";
export { renderStreamPage } from "./stream-page.ts";
export type { PageLightning, PaymentPageInput, RenderedPage, StreamPageInput } from "@x402-paywall/core";
