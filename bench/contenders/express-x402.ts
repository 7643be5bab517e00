/** `@x402/express` as its documentation sets it up, in front of the same upstream. */
import { pipeline } from "node:stream/promises";
import { paymentMiddleware } from "@x402/express";
import express from "express";
import { createServer } from "node:http";
import { Agent, request } from "undici";
import { accepts, createOfficialServer } from "./official-server.ts";
import { serve } from "./ready.ts";

const [tiny = "", stream = ""] = process.argv.slice(2);

const app = express();
app.disable("x-powered-by");
app.use(
  paymentMiddleware(
    { "GET /json": { accepts }, "GET /sse": { accepts }, "GET /files/*": { accepts } },
    createOfficialServer(),
  ),
);
const dispatcher = new Agent({ bodyTimeout: 0 });
app.use(async (incoming, response) => {
  const origin = incoming.path.startsWith("/json") ? tiny : stream;
  const answer = await request(origin + incoming.originalUrl, { dispatcher, method: "GET" });
  response.status(answer.statusCode).type(String(answer.headers["content-type"]));
  await pipeline(answer.body, response);
});
serve(createServer(app));
