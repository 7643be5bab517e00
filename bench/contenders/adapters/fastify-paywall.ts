/** Our Fastify plugin as its README sets it up; `/free` is the same handler, bare. */
import { paywall } from "@x402-paywall/fastify";
import fastify, { type RouteHandler } from "fastify";
import { Readable } from "node:stream";
import { serve } from "../ready.ts";
import { events, queryOf } from "./events.ts";

const app = fastify();
await app.register(paywall, {
  secret: "bench-adapters-secret-0123456789abcdef",
  url: "http://127.0.0.1:4020",
  routes: { "GET /sse": "$0.01" },
});
const stream: RouteHandler = (request, reply) =>
  reply.type("text/event-stream").send(Readable.from(events(queryOf(request.originalUrl))));
app.get("/sse", stream);
app.get("/free", stream);
await app.ready();
serve(app.server);
