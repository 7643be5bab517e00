import {
  adapterRoutes,
  describeAdapterContract,
  openServer,
  serveAdapterApp,
} from "@x402-paywall/proxy/testing";
import express from "express";
import { createPaywall, usageOf } from "./index.ts";

describeAdapterContract("express", {
  start: async () => {
    const { origin, use, close } = await openServer();
    const app = express();
    app.use(
      createPaywall({ secret: "express-contract-secret-0123456789", url: origin, routes: adapterRoutes }),
    );
    app.use((request, response) => serveAdapterApp(request, response, usageOf(request)));
    use(app);
    return { origin, close };
  },
});
