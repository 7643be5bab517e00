import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { parsePaymentRequired, parseSettlementResponse } from "@x402-paywall/core";
import { createPaywall, metered, usageOf } from "@x402-paywall/express";
import { fixedRate } from "@x402-paywall/proxy";
import { createHttpSend } from "@x402-paywall/proxy/node";
import { stablecoin } from "@x402-paywall/proxy/rails/stablecoin";
import { createSqliteStore } from "@x402-paywall/proxy/stores/sqlite";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import express from "express";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFacilitator } from "./hosted-facilitator.ts";
import { networkAt } from "./rail-world.ts";
import { startChain } from "./start-chain.ts";

const payTo = privateKeyToAccount(generatePrivateKey()).address;
const account = privateKeyToAccount(generatePrivateKey());
const sender = createHttpSend();

let chain: Awaited<ReturnType<typeof startChain>>;
let facilitator: Awaited<ReturnType<typeof startFacilitator>>;
let server: Server;
let url: string;

beforeAll(async () => {
  chain = await startChain();
  facilitator = await startFacilitator(chain);
  await chain.fund(account.address, 10_000_000n);
  await chain.approvePermit2(account);
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = createSqliteStore({ database: new DatabaseSync(":memory:") });
  const app = express();
  app.use(
    createPaywall({
      secret: "a secret of at least thirty-two characters",
      url,
      store,
      rates: fixedRate(1_000_000n),
      rails: [
        stablecoin({
          payTo,
          networks: [networkAt(chain.rpcUrl)],
          facilitators: [{ url: facilitator.url }],
          send: sender.send,
        }),
      ],
      routes: {
        "GET /weather": "$0.01",
        "GET /chat": metered({ outputTokens: "$100", deposit: "$0.25", cap: "$0.05" }),
      },
    }),
  );
  app.get("/weather", (_, response) => void response.json({ celsius: 21 }));
  app.get("/chat", (request, response) => {
    usageOf(request).add({ outputTokens: 12 });
    response.type("text/plain").send("twelve tokens");
  });
  server.on("request", app);
}, 30_000);

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await facilitator.close();
  await chain.close();
  await sender.close();
});

describe("an Express application in LIVE mode", () => {
  const pay = wrapFetchWithPaymentFromConfig(fetch, {
    schemes: [
      { network: "eip155:*", client: new UptoEvmScheme(account) },
      { network: "eip155:*", client: new ExactEvmScheme(account) },
    ],
  });

  it("asks for USDC to its own address", async () => {
    const answer = await fetch(`${url}/weather`);
    const required = parsePaymentRequired(answer.headers.get("payment-required") ?? "");
    expect(answer.status).toBe(402);
    expect(required?.accepts).toMatchObject([
      { scheme: "exact", network: "eip155:84532", amount: "10000", payTo, asset: chain.asset },
    ]);
  });

  it("is paid on the chain by a stock client", async () => {
    const before = await chain.balanceOf(payTo);
    const answer = await pay(`${url}/weather`);
    expect(await answer.json()).toEqual({ celsius: 21 });
    expect((await chain.balanceOf(payTo)) - before).toBe(10_000n);
    const settled = parseSettlementResponse(answer.headers.get("payment-response") ?? "");
    expect(settled).toMatchObject({ success: true, network: "eip155:84532", payer: account.address });
    expect(facilitator.settlements.map(({ transaction }) => transaction)).toContain(settled?.transaction);
  });

  it("captures what its handler reports, out of a signed maximum", async () => {
    const before = await chain.balanceOf(payTo);
    const answer = await pay(`${url}/chat`);
    expect(await answer.text()).toContain("twelve tokens");
    await expect.poll(async () => (await chain.balanceOf(payTo)) - before).toBe(1_200n);
  });
});
