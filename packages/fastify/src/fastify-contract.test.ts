import {
  adapterRoutes,
  describeAdapterContract,
  openServer,
  serveAdapterApp,
} from "@x402-paywall/proxy/testing";
import fastify from "fastify";
import { createServer } from "node:http";
import { paywall } from "./index.ts";

describeAdapterContract("fastify", {
  start: async () => {
    const { origin, use, close } = await openServer();
    const app = fastify({ serverFactory: (handler) => (use(handler), createServer()) });
    // The suite's application reads bodies itself.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, _payload, done) => done(null));
    await app.register(paywall, {
      secret: "fastify-contract-secret-0123456789",
      url: origin,
      routes: adapterRoutes,
    });
    app.all("*", async (request, reply) => {
      await serveAdapterApp(request.raw, reply.raw, request.paywall.usage);
      reply.hijack();
    });
    await app.ready();
    return { origin, close };
  },
});
