/** Our Express adapter as its README sets it up. Arguments: the wires, by default all; `/free` is the same handler, bare. */
import { createPaywall, type PaywallConfig } from "@x402-paywall/express";
import express from "express";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { serve } from "../ready.ts";
import { events, queryOf } from "./events.ts";

const wires = process.argv.slice(2) as NonNullable<PaywallConfig["wires"]>;
const app = express();
app.use(
  createPaywall({
    secret: "bench-adapters-secret-0123456789abcdef",
    url: "http://127.0.0.1:4020",
    routes: { "GET /sse": "$0.01", "GET /json": "$0.01" },
    ...(wires.length === 0 ? {} : { wires }),
  }),
);
app.get(["/sse", "/free"], (request, response) => {
  response.type("text/event-stream");
  Readable.from(events(queryOf(request.originalUrl))).pipe(response);
});
serve(createServer(app));
