/** `@x402/express` as its documentation sets it up; `/free` is the same handler, bare. */
import { paymentMiddleware } from "@x402/express";
import express from "express";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { accepts, createOfficialServer } from "../official-server.ts";
import { serve } from "../ready.ts";
import { events, queryOf } from "./events.ts";

const app = express();
app.use(paymentMiddleware({ "GET /sse": { accepts }, "GET /json": { accepts } }, createOfficialServer()));
app.get(["/sse", "/free"], (request, response) => {
  response.type("text/event-stream");
  Readable.from(events(queryOf(request.originalUrl))).pipe(response);
});
serve(createServer(app));
