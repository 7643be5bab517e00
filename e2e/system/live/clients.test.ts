import { createPublicKey, verify } from "node:crypto";
import { wrapAxiosWithPaymentFromConfig } from "@x402/axios";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import axios from "axios";
import type { LocalAccount } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EndpointDto } from "../../../lib/query/dto.ts";
import { openChain } from "../../chain/start-chain.ts";
import { readTimed } from "../../clients.ts";
import { getInstance } from "../../instance.ts";
import { chargedOf } from "../../stream-payer.ts";
import { createCreator, readReceipt, type Creator } from "./creator.ts";
import { startGateway, type Gateway } from "./gateway.ts";
import { createPayer } from "./payer.ts";
import { perToken } from "../per-token.ts";

const { gatewayUrls, chainRpcUrl } = getInstance();
const [first = "", second = ""] = gatewayUrls;
const chain = openChain(chainRpcUrl);

interface Ask {
  readonly path: string;
  /** Without one it is a GET. */
  readonly body?: object;
}

type Client = (account: LocalAccount) => (origin: string, ask: Ask) => Promise<Response>;

/** `@x402/fetch` 2.27 */
const byFetch: Client = (account) => {
  const pay = wrapFetchWithPaymentFromConfig(fetch, {
    schemes: [
      { network: "eip155:*", client: new UptoEvmScheme(account) },
      { network: "eip155:*", client: new ExactEvmScheme(account) },
    ],
  });
  return (origin, { path, body }) =>
    pay(
      `${origin}${path}`,
      body === undefined
        ? {}
        : {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
          },
    );
};

/** `@x402/axios` 2.11, with the `@x402/core` that it brings along. */
const byAxios: Client = (account) => {
  const api = wrapAxiosWithPaymentFromConfig(axios.create({ adapter: "fetch", responseType: "stream" }), {
    schemes: [
      { network: "eip155:*", client: new UptoEvmScheme(account) },
      { network: "eip155:*", client: new ExactEvmScheme(account) },
    ],
  });
  return async (origin, { path, body }) => {
    const method = body === undefined ? "GET" : "POST";
    const answer = await api.request<ReadableStream>({ method, url: `${origin}${path}`, data: body });
    return new Response(answer.data, {
      status: answer.status,
      headers: Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
    });
  };
};

const question = { model: "demo", messages: [{ role: "user", content: "Hello" }] };
let creator: Creator;
let fixed: EndpointDto;
let metered: EndpointDto;
let chargedFirst: EndpointDto;
let payer: LocalAccount;
beforeAll(async () => {
  [creator, payer] = await Promise.all([createCreator(), createPayer(chain)]);
  await chain.approvePermit2(payer);
  [fixed, metered, chargedFirst] = await Promise.all([
    creator.sell(),
    creator.sell({ kind: "stream", price: perToken }),
    creator.sell({ settleFirst: true }),
  ]);
});

/** Resolves to the receipt as soon as it can be read: of a metered stream, after the last byte. */
function receiptOf(answer: Response): ReturnType<typeof readReceipt> {
  const id = answer.headers.get("paywall-receipt") ?? "";
  return expect
    .poll(() => readReceipt(id).catch(() => undefined))
    .toBeDefined()
    .then(() => readReceipt(id));
}

describe.each<[string, Client]>([
  ["@x402/fetch", byFetch],
  ["@x402/axios", byAxios],
])("%s, unmodified, pays LIVE", (_, client) => {
  it("exact for JSON", async () => {
    const before = await chain.balanceOf(creator.payTo);
    const answer = await client(payer)(first, { path: `/p/${fixed.slug}/v1/weather` });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toHaveProperty("temperature_c");
    const receipt = await receiptOf(answer);
    expect(receipt).toMatchObject({
      mode: "live",
      amount: "10000",
      rail: "stablecoin",
      payer: payer.address,
    });
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(10_000n);
  });

  it("exact for a chat stream, and reads it while it is written", async () => {
    const body = { ...question, stream: true };
    const path = `/p/${fixed.slug}/v1/chat/completions`;
    const answer = await client(payer)(first, { path, body });
    expect(answer.status).toBe(200);
    const { times, text } = await readTimed(answer);
    expect(text).toContain("data: [DONE]");
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300);
  });

  it("upto for a metered stream: what it used, and not the maximum", async () => {
    const before = await chain.balanceOf(creator.payTo);
    const body = { ...question, stream: true };
    const path = `/p/${metered.slug}/v1/chat/completions?ms=20&tokens=40`;
    const answer = await client(payer)(first, { path, body });
    expect(answer.status).toBe(200);
    const { times, text } = await readTimed(answer);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300);
    const charged = chargedOf(text);
    expect(charged).toBeGreaterThan(160n);
    expect(charged).toBeLessThan(1_000n);
    expect(await receiptOf(answer)).toMatchObject({ mode: "live", amount: charged.toString() });
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(charged);
  });

  it("upto for metered JSON", async () => {
    const before = await chain.balanceOf(creator.payTo);
    const path = `/p/${metered.slug}/v1/chat/completions?tokens=25`;
    const answer = await client(payer)(second, { path, body: question });
    expect(answer.status).toBe(200);
    const { usage } = (await answer.json()) as {
      usage: { prompt_tokens: number; completion_tokens: number };
    };
    const expected = BigInt(usage.prompt_tokens + 4 * usage.completion_tokens);
    expect(await receiptOf(answer)).toMatchObject({ amount: expected.toString() });
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(expected);
  });

  it("where the creator is paid before the upstream is asked", async () => {
    const answer = await client(payer)(second, { path: `/p/${chargedFirst.slug}/v1/weather` });
    expect(answer.status).toBe(200);
    await answer.text();
    expect(await receiptOf(answer)).toMatchObject({ mode: "live", amount: "10000" });
  });
});

describe("where the asset knows no EIP-3009", () => {
  let gateway: Gateway;
  beforeAll(async () => {
    const token = { address: chain.asset, symbol: "USDC", name: "USDC", version: "2", transfer: "permit2" };
    const described = { network: chain.network, name: "Permit2 only", rpcUrl: chainRpcUrl, asset: token };
    const env = { EVM_CHAINS: JSON.stringify([described]) };
    gateway = await startGateway({
      facilitators: getInstance().facilitatorUrls.map((url) => ({ url })),
      env,
    });
  });
  afterAll(() => gateway.close());

  it("@x402/fetch pays exact by Permit2", async () => {
    const before = await chain.balanceOf(creator.payTo);
    const pay = wrapFetchWithPaymentFromConfig(fetch, {
      schemes: [{ network: "eip155:*", client: new ExactEvmScheme(payer) }],
    });
    const answer = await pay(`${gateway.url}/p/${fixed.slug}/v1/weather`);
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(await answer.json()).toHaveProperty("temperature_c");
    expect((await receiptOf(answer)).payload).toMatchObject({
      paymentKey: expect.stringMatching(/^permit2:/),
    });
    expect((await chain.balanceOf(creator.payTo)) - before).toBe(10_000n);
  });
});

describe("a hundred at once", () => {
  it("are all served, each with its receipt and its transfer", { timeout: 60_000 }, async () => {
    const payers = await Promise.all(Array.from({ length: 10 }, () => createPayer(chain)));
    const clients = payers.map((account) => byFetch(account));
    const settled = (await chain.transfers({ to: creator.payTo })).length;
    const started = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const path = `/p/${fixed.slug}/v1/weather?city=${index}`;
        const answer = await clients[index % 10]?.(index % 2 === 0 ? first : second, { path });
        const body = (await answer?.json()) as { city?: string };
        return { status: answer?.status, city: body.city, receipt: answer?.headers.get("paywall-receipt") };
      }),
    );
    const took = performance.now() - started;
    process.stdout.write(`100 LIVE payments at once: ${Math.round(took)} ms\n`);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(answers.map(({ city }) => city)).toEqual(answers.map((__, index) => String(index)));
    expect(new Set(answers.map(({ receipt }) => receipt)).size).toBe(100);
    const transfers = await chain.transfers({ to: creator.payTo });
    expect(transfers).toHaveLength(settled + 100);
    for (const account of payers) expect(await chain.balanceOf(account.address)).toBe(9_900_000n);
  });
});

describe("afterwards", () => {
  it("chain, receipts and dashboard say the same, to the unit, and each receipt names its transfer", async () => {
    const [receipts, transfers, balance, overview] = await Promise.all([
      creator.receipts(),
      chain.transfers({ to: creator.payTo }),
      chain.balanceOf(creator.payTo),
      creator.overview(),
    ]);
    expect(receipts.length).toBeGreaterThan(100);
    expect(receipts.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(balance);
    expect(overview.totals).toMatchObject({
      revenue: balance.toString(),
      paidRequests: receipts.length,
      refunded: "0",
    });
    const perEndpoint = overview.endpoints.reduce((sum, { revenue }) => sum + BigInt(revenue), 0n);
    expect(perEndpoint).toBe(balance);
    const fromReceipts = receipts.map(
      ({ reference, amount, payer: from }) => `${reference} ${amount} ${from}`,
    );
    const fromChain = transfers.map(({ transaction, value, from }) => `${transaction} ${value} ${from}`);
    expect(fromReceipts.toSorted()).toEqual(fromChain.toSorted());
  });

  it("each receipt is signed by the instance's published key", async () => {
    const set = (await (await fetch(`${first}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string; kty: string; crv: string; x: string }[];
    };
    const receipts = await creator.receipts();
    const details = await Promise.all(receipts.slice(0, 30).map(({ id }) => readReceipt(id)));
    for (const { jws, id, amount, reference } of details) {
      const [head = "", body = "", signature = ""] = jws.split(".");
      const { kid } = decode(head) as { kid: string };
      const jwk = set.keys.find((key) => key.kid === kid);
      if (jwk === undefined) throw new Error(`No key ${kid}`);
      const key = createPublicKey({ key: jwk, format: "jwk" });
      const signed = Buffer.from(`${head}.${body}`);
      expect(verify(null, signed, key, Buffer.from(signature, "base64url"))).toBe(true);
      expect(decode(body)).toMatchObject({ id, amount, reference, mode: "live" });
    }
  });
});

function decode(part: string): unknown {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}
