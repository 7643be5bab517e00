/** `@x402/hono` on `@hono/node-server` as its documentation sets it up; `/free` is the same handler, bare. */
import { createAdaptorServer } from "@hono/node-server";
import { paymentMiddleware } from "@x402/hono";
import { type Handler, Hono } from "hono";
import { stream } from "hono/streaming";
import { Server } from "node:http";
import { accepts, createOfficialServer } from "../official-server.ts";
import { serve } from "../ready.ts";
import { events, queryOf } from "./events.ts";

const app = new Hono();
app.use(paymentMiddleware({ "GET /sse": { accepts } }, createOfficialServer()));
const streaming: Handler = (context) => {
  context.header("Content-Type", "text/event-stream");
  return stream(context, async (body) => {
    for await (const event of events(queryOf(context.req.url))) await body.write(event);
  });
};
app.get("/sse", streaming);
app.get("/free", streaming);
const server = createAdaptorServer({ fetch: app.fetch });
if (!(server instanceof Server)) throw new Error("Not the server that was asked for");
serve(server);
