export { renderPaymentPage } from "./page/page.ts";
export { englishStream } from "./page/stream-messages.ts";
export type { StreamMessages, StreamState } from "./page/stream-messages.ts";
export { renderStreamPage } from "./page/stream-page.ts";
export { english } from "./page/page-messages.ts";
export type { PageMessages, PageState } from "./page/page-messages.ts";
export type { SlipMessages } from "./parts/messages.ts";
export type { PageLightning, PaymentPageInput, RenderedPage, StreamPageInput } from "@x402-paywall/core";
