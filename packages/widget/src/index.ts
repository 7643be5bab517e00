export { english } from "./messages.ts";
export type { PageMessages, PageState } from "./messages.ts";
export { renderPaymentPage } from "./page.ts";
export type { PageLightning, PaymentPageInput, RenderedPage } from "@x402-paywall/core";
