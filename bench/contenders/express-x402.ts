/**
 * `@x402/express` as its documentation sets it up, in front of the same upstream. Its facilitator is the official one in
 * this process: real signature checks, and a chain that answers at once.
 */
import { pipeline } from "node:stream/promises";
import { x402Facilitator } from "@x402/core/facilitator";
import { ExactEvmScheme as ExactFacilitator } from "@x402/evm/exact/facilitator";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { paymentMiddleware, x402ResourceServer } from "@x402/express";
import express from "express";
import { createServer } from "node:http";
import { Agent, request } from "undici";
import { instantChain } from "./instant-chain.ts";
import { serve } from "./ready.ts";

const [tiny = "", stream = ""] = process.argv.slice(2);
const network = "eip155:84532";
const payTo = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

const facilitator = new x402Facilitator().register(network, new ExactFacilitator(instantChain));
const resourceServer = new x402ResourceServer({
  verify: (payload, requirements) => facilitator.verify(payload, requirements),
  settle: (payload, requirements) => facilitator.settle(payload, requirements),
  getSupported: () =>
    Promise.resolve({ kinds: [{ x402Version: 2, scheme: "exact", network }], extensions: [], signers: {} }),
}).register(network, new ExactEvmScheme());

const accepts = { scheme: "exact", price: "$0.01", network, payTo } as const;
const app = express();
app.disable("x-powered-by");
app.use(
  paymentMiddleware(
    { "GET /json": { accepts }, "GET /sse": { accepts }, "GET /files/*": { accepts } },
    resourceServer,
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
