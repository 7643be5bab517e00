import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HTTPFacilitatorClient } from "@x402/core/http";
import type { SettleResponse, VerifyResponse } from "@x402/core/types";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { parseEther } from "viem";
import type { Chain } from "../../e2e/chain/start-chain.ts";
import { readConfig } from "../config.ts";
import { createFacilitator } from "../facilitator.ts";
import { createLog, createRedactor } from "../log.ts";
import { createFacilitatorServer } from "../server.ts";
import type { Payment } from "./payers.ts";

export const TOKEN = "token-of-the-tests-0123456789abcdef";

export const newDataDir = () => mkdtempSync(join(tmpdir(), "facilitator-"));

interface Options {
  /** Settings beside key, token and network. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly key?: string;
  /** In place of the chain's own. */
  readonly rpcUrl?: string;
  readonly clock?: () => number;
  readonly funds?: bigint;
}

export type TestFacilitator = Awaited<ReturnType<typeof startFacilitator>>;

/** A facilitator in this process, with a wallet of its own that has ten ether. */
export async function startFacilitator(chain: Chain, options: Options = {}) {
  const { settings = {}, key = generatePrivateKey(), rpcUrl = chain.rpcUrl, clock = Date.now } = options;
  const { address } = privateKeyToAccount(key as `0x${string}`);
  await chain.client.setBalance({ address, value: options.funds ?? parseEther("10") });
  const config = readConfig({
    FACILITATOR_KEY: key,
    FACILITATOR_TOKEN: TOKEN,
    FACILITATOR_NETWORKS: `${chain.network}=${rpcUrl}`,
    FACILITATOR_MAX_SPEND_WEI: parseEther("1").toString(),
    FACILITATOR_DATA: newDataDir(),
    ...settings,
  });
  const lines: string[] = [];
  const log = createLog(createRedactor(config.secrets), (line) => lines.push(line));
  const facilitator = createFacilitator(config, { log, clock });
  const { tokenDigest } = config;
  const server = createFacilitatorServer({ facilitator, tokenDigest, log, isStopping: () => false });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const url = `http://127.0.0.1:${typeof bound === "object" && bound ? bound.port : 0}`;
  const headers = { Authorization: `Bearer ${TOKEN}` };
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: JSON.parse(await answer.text()) };
  };
  return {
    url,
    key,
    address,
    config,
    lines,
    post,
    settle: async (payment: Payment): Promise<SettleResponse> => (await post("/settle", payment)).body,
    verify: async (payment: Payment): Promise<VerifyResponse> => (await post("/verify", payment)).body,
    /** The official client of facilitators. */
    client: new HTTPFacilitatorClient({
      url,
      createAuthHeaders: async () => ({ verify: headers, settle: headers, supported: headers }),
    }),
    /** Transactions that the wallet has in blocks. */
    sent: () => chain.client.getTransactionCount({ address }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
