/**
 * `@x402/express` as its documentation sets it up, in front of the stream upstream, with a hosted facilitator that settles on a
 * chain. Arguments: the upstream's origin, the facilitator's.
 */
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { HTTPFacilitatorClient, x402ResourceServer } from "@x402/core/server";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { paymentMiddleware } from "@x402/express";
import express from "express";
import { Agent, request } from "undici";
import { accepts } from "../official-server.ts";
import { serve } from "../ready.ts";

const [upstream = "", facilitator = ""] = process.argv.slice(2);
const server = new x402ResourceServer(new HTTPFacilitatorClient({ url: facilitator }));
server.register("eip155:84532", new ExactEvmScheme());

const app = express();
app.disable("x-powered-by");
app.use(paymentMiddleware({ "GET /sse": { accepts } }, server));
const dispatcher = new Agent({ bodyTimeout: 0 });
app.use(async (incoming, response) => {
  const answer = await request(upstream + incoming.originalUrl, { dispatcher, method: "GET" });
  response.status(answer.statusCode).type(String(answer.headers["content-type"]));
  await pipeline(answer.body, response);
});
serve(createServer(app));
