/** The paywall as a Fastify plugin. */
export * from "@x402-paywall/proxy/embed";
export { createMemoryStore } from "@x402-paywall/proxy";
export { sandbox } from "@x402-paywall/proxy/rails/sandbox";
export { paywall } from "./fastify-paywall.ts";
export type { FastifyPaywallOptions } from "./fastify-paywall.ts";
