import { openServer } from "@x402-paywall/proxy/testing";
import express from "express";
import { describeRawAdapter } from "../../proxy/test/describe-raw-adapter.ts";
import { createPaywall } from "./index.ts";

describeRawAdapter("express", async () => {
  const { origin, use, close } = await openServer();
  let runs = 0;
  const app = express();
  app.use(
    createPaywall({ secret: "express-raw-secret-0123456789012", url: origin, routes: { "/*": "$0.01" } }),
  );
  app.use((_request, response) => {
    runs++;
    response.send("paid content");
  });
  use(app);
  return { origin, runs: () => runs, close };
});
