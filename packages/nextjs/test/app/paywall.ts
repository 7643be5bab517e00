import { createPaywall } from "@x402-paywall/nextjs";
import { adapterRoutes } from "../../../proxy/src/testing/adapter-app.ts";

export const { withPaywall, handlers } = createPaywall({
  secret: "nextjs-contract-secret-0123456789",
  url: process.env.ORIGIN ?? "",
  routes: adapterRoutes,
});
