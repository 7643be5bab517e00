import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { x402Facilitator } from "@x402/core/facilitator";
import type { PaymentPayload, PaymentRequirements } from "@x402/core/types";
import { ExactEvmScheme } from "@x402/evm/exact/facilitator";
import { UptoEvmScheme } from "@x402/evm/upto/facilitator";
import {
  json,
  modeRules,
  signedBy,
  type FacilitatorCall,
  type FacilitatorMode,
  type FacilitatorPath,
  type MisbehaveOptions,
  type Reply,
} from "./facilitator-modes.ts";
import { createFacilitatorWallet, type Settlement } from "./facilitator-wallet.ts";
import type { OpenChain } from "./start-chain.ts";

export interface FacilitatorOptions {
  /** What each request must carry, as a key of a hosted facilitator; others get 401. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long a settlement waits for its receipt before it is answered as pending. */
  readonly confirmationTimeoutMs?: number;
}

export type HostedFacilitator = Awaited<ReturnType<typeof startFacilitator>>;

interface Plan {
  readonly mode: Exclude<FacilitatorMode, "down">;
  readonly options: MisbehaveOptions;
  left: number;
}

/**
 * A facilitator as others host them: x402 v2 over HTTP, settling on the chain by the official schemes with a key of its own.
 * On command it misbehaves (`facilitator-modes.ts`); the newest command that fits a request decides.
 */
export async function startFacilitator(chain: OpenChain, options: FacilitatorOptions = {}) {
  const { headers = {}, confirmationTimeoutMs = 60_000 } = options;
  const wallet = await createFacilitatorWallet(chain, confirmationTimeoutMs);
  const facilitator = new x402Facilitator()
    .register(chain.network, new ExactEvmScheme(wallet.signer))
    .register(chain.network, new UptoEvmScheme(wallet.signer));
  const closing = new AbortController();
  const requests: { readonly path: FacilitatorPath; readonly payload?: PaymentPayload }[] = [];
  let plans: Plan[] = [];

  const honest = async (
    path: FacilitatorPath,
    payload: PaymentPayload,
    requirements: PaymentRequirements,
  ) => {
    if (path === "supported") return json(200, facilitator.getSupported());
    return json(200, await facilitator[path](payload, requirements));
  };

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const path = readPath(request);
    if (path === undefined) return json(404, { error: "Not found" });
    if (Object.entries(headers).some(([name, value]) => request.headers[name.toLowerCase()] !== value))
      return json(401, { error: "Unauthorized" });
    const body = path === "supported" ? {} : (JSON.parse(await text(request)) as Record<string, unknown>);
    const payload = body["paymentPayload"] as PaymentPayload;
    const asked = body["paymentRequirements"] as PaymentRequirements;
    requests.push({ path, payload });
    const plan = plans.findLast(
      ({ mode, options: { path: only, payer, percent = 100 }, left }) =>
        left > 0 &&
        (only === undefined ? modeRules[mode].paths : [only]).includes(path) &&
        (payer === undefined || (path !== "supported" && signedBy(payload).from === payer)) &&
        Math.random() * 100 < percent,
    );
    const call: FacilitatorCall = {
      path,
      payload,
      requirements: asked,
      wallet,
      closed: closing.signal,
      honest: (requirements = asked) => honest(path, payload, requirements),
    };
    if (plan === undefined) return call.honest();
    plan.left--;
    return modeRules[plan.mode].act(call, plan.options);
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, json(500, { error: String(error) })),
    );
  });
  const listen = async (port: number): Promise<number> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const unlisten = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  const port = await listen(0);

  return {
    url: `http://127.0.0.1:${port}`,
    /** What `upto` payers sign for, and who sends the transactions. */
    address: wallet.address,
    /** Its own ledger: the payments that it has really sent, oldest first. What reverted is taken out again. */
    settlements: wallet.settlements as readonly Settlement[],
    /** What it was asked and let in, oldest first, however it answered. */
    requests: requests as readonly (typeof requests)[number][],
    /** `down` refuses connections until `behave`, whatever the options say. */
    async misbehave(mode: FacilitatorMode, how: MisbehaveOptions = {}): Promise<void> {
      if (mode === "down") return unlisten();
      plans.push({ mode, options: how, left: how.times ?? Infinity });
    },
    /** Forgets every command. */
    async behave(): Promise<void> {
      plans = [];
      if (!server.listening) await listen(port);
    },
    async close(): Promise<void> {
      closing.abort();
      await unlisten();
    },
  };
}

function readPath({ method, url }: IncomingMessage): FacilitatorPath | undefined {
  if (method === "POST" && url === "/verify") return "verify";
  if (method === "POST" && url === "/settle") return "settle";
  return method === "GET" && url === "/supported" ? "supported" : undefined;
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === "silence" || response.destroyed) return;
  if (reply === "reset") response.socket?.resetAndDestroy();
  else response.writeHead(reply.status, reply.headers).end(reply.body);
}
