import { buyL402, describeGatewayContract, openServer } from "@x402-paywall/proxy/testing";
import fastify from "fastify";
import { createServer } from "node:http";
import { paywall } from "./index.ts";

describeGatewayContract("fastify, as a gateway", {
  start: async (upstream) => {
    const { origin, use, close } = await openServer();
    const app = fastify({ serverFactory: (handler) => (use(handler), createServer()) });
    const gateways = { "/api": { upstream: `${upstream}/base`, price: "$0.01" as const } };
    await app.register(paywall, { secret: "fastify-gateway-secret-0123456789", url: origin, gateways });
    await app.ready();
    return {
      baseUrl: `${origin}/api`,
      credential: async (method, path) => [await buyL402(origin, `/api${path}`, { method })],
      close,
    };
  },
});
