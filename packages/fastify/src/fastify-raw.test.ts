import { openServer } from "@x402-paywall/proxy/testing";
import fastify from "fastify";
import { createServer } from "node:http";
import { describeRawAdapter } from "../../proxy/test/describe-raw-adapter.ts";
import { paywall } from "./index.ts";

describeRawAdapter("fastify", async () => {
  const { origin, use, close } = await openServer();
  let runs = 0;
  const app = fastify({ serverFactory: (handler) => (use(handler), createServer()) });
  await app.register(paywall, {
    secret: "fastify-raw-secret-0123456789012",
    url: origin,
    routes: { "/*": "$0.01" },
  });
  app.setNotFoundHandler((_request, reply) => {
    runs++;
    return reply.send("paid content");
  });
  app.all("/*", () => {
    runs++;
    return "paid content";
  });
  await app.ready();
  return { origin, runs: () => runs, close };
});
