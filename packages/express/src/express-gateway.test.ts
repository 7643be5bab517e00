import { buyL402, describeGatewayContract, openServer } from "@x402-paywall/proxy/testing";
import express from "express";
import { createPaywall } from "./index.ts";

describeGatewayContract("express, as a gateway", {
  start: async (upstream) => {
    const { origin, use, close } = await openServer();
    const paywall = createPaywall({ secret: "express-gateway-secret-0123456789", url: origin });
    const app = express();
    app.use(paywall);
    app.use("/api", paywall.gateway(`${upstream}/base`, "$0.01"));
    use(app);
    return {
      baseUrl: `${origin}/api`,
      credential: async (method, path) => [await buyL402(origin, `/api${path}`, { method })],
      close,
    };
  },
});
