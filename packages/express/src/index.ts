/** The paywall as Express middleware. */
export * from "@x402-paywall/proxy/embed";
export { createMemoryStore } from "@x402-paywall/proxy";
export { sandbox } from "@x402-paywall/proxy/rails/sandbox";
export { createPaywall, usageOf } from "./express-paywall.ts";
export type { ExpressPaywall } from "./express-paywall.ts";
