/** The paywall for Next.js route handlers. */
export * from "@x402-paywall/proxy/embed";
export { createMemoryStore } from "@x402-paywall/proxy";
export { sandbox } from "@x402-paywall/proxy/rails/sandbox";
export { createPaywall } from "./nextjs-paywall.ts";
export type { NextPaywall, PaidContext, RouteHandler } from "./nextjs-paywall.ts";
