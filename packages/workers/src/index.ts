/** The paywall around a module worker. */
export * from "@x402-paywall/proxy/embed";
export { createMemoryStore } from "@x402-paywall/proxy";
export { sandbox } from "@x402-paywall/proxy/rails/sandbox";
export { withPaywall } from "./workers-paywall.ts";
export type { ExecutionContext, PaidContext, PricedWorker, Worker } from "./workers-paywall.ts";
