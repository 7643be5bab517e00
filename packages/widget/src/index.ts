export { english } from "./messages.ts";
export type { PageMessages, PageState } from "./messages.ts";
export { renderPaymentPage } from "./page.ts";
export type { PageLightning, PaymentPageInput, RenderedPage } from "./page-input.ts";
export { renderProblemPage } from "./problem-page.ts";
