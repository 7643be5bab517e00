import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startChain } from "../e2e/chain/start-chain.ts";
import type { Chain } from "../e2e/chain/start-chain.ts";
import { createPayer, createRequirements, pay } from "./testing/payers.ts";
import { startRpcProxy } from "./testing/rpc-proxy.ts";
import type { RpcFate, RpcProxy } from "./testing/rpc-proxy.ts";
import { spawnFacilitator } from "./testing/spawn-facilitator.ts";
import { newDataDir } from "./testing/start-facilitator.ts";

const token = "canary-token-7d1f0c2b9a8e4d3c6b5a";
const rpcSecret = "canary-rpc-5e8d7c6b";
let chain: Chain;
let proxy: RpcProxy;
beforeAll(async () => {
  chain = await startChain();
  proxy = await startRpcProxy(chain.rpcUrl);
}, 60_000);
afterAll(async () => {
  await proxy.close();
  await chain.close();
});

const spawned: ReturnType<typeof spawnFacilitator>[] = [];
function start(...args: Parameters<typeof spawnFacilitator>) {
  const running = spawnFacilitator(...args);
  spawned.push(running);
  return running;
}
// What a failed test left running.
afterEach(() => spawned.splice(0).forEach(({ child }) => child.kill("SIGKILL")));

/** A wallet with gas, and the settings of a process that uses it over the proxy. */
async function createSettings() {
  const key = generatePrivateKey();
  const { address } = privateKeyToAccount(key);
  await chain.client.setBalance({ address, value: parseEther("1") });
  const settings = {
    FACILITATOR_KEY: key,
    FACILITATOR_TOKEN: token,
    FACILITATOR_NETWORKS: `${chain.network}=${proxy.url}/v2/${rpcSecret}?apikey=${rpcSecret}`,
    FACILITATOR_MAX_SPEND_WEI: parseEther("1").toString(),
    FACILITATOR_RECEIPT_SECONDS: "1",
    FACILITATOR_DATA: newDataDir(),
  };
  return { key, address, settings };
}

async function post(url: string, body: unknown, bearer = token) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${bearer}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const headers = JSON.stringify([...answer.headers]);
  return { status: answer.status, text: `${headers}\n${text}`, body: JSON.parse(text) };
}

describe("key, token, the RPC's secret and signatures are in no log, answer, journal or report", () => {
  /** Each way in which a secret might be written. */
  const spellings = (secret: string) =>
    [secret, secret.replace(/^0x/, ""), Buffer.from(secret).toString("base64"), encodeURIComponent(secret)]
      .flatMap((text) => [text, text.toUpperCase(), text.toLowerCase()])
      .filter((text) => text.length >= 8);
  function expectClean(texts: readonly string[], secrets: readonly string[]) {
    for (const secret of secrets.flatMap(spellings))
      for (const text of texts)
        expect(text.includes(secret), `${secret} in:\n${text.slice(0, 2000)}`).toBe(false);
  }

  it("on every path of failure of a running process", async () => {
    const { key, settings } = await createSettings();
    const reports = newDataDir();
    const flags = ["--report-on-signal", "--report-uncaught-exception", `--report-directory=${reports}`];
    const running = start(settings, flags);
    const url = await running.ready();
    const payer = await createPayer(chain);
    const [payment, another, poor] = await Promise.all([
      pay(payer, createRequirements(chain)),
      pay(payer, createRequirements(chain)),
      pay(payer, createRequirements(chain, { amount: 900_000n })),
    ]);
    const texts: string[] = [];
    const ask = async (path: string, body: unknown, bearer?: string) => {
      const { status, text } = await post(url + path, body, bearer);
      texts.push(text);
      return status;
    };
    expect(await ask("/settle", payment)).toBe(200);
    expect(await ask("/settle", payment)).toBe(200);
    // Wrong token, bad input.
    expect(await ask("/settle", payment, `${token}x`)).toBe(401);
    expect(await ask("/settle", "{")).toBe(400);
    expect(await ask("/verify", { ...payment, paymentRequirements: { amount: key, asset: token } })).toBe(
      422,
    );
    expect(await ask(`/${token}`, payment)).toBe(404);
    // A revert: the payer's money is gone by now.
    await chain.fund(payer.address, 0n);
    const drained = { ...poor.paymentRequirements, amount: "899999" };
    expect(await ask("/settle", { ...poor, paymentRequirements: drained })).toBe(200);
    // Nodes that repeat what they were asked, and with which key.
    const echo = `no access for ${rpcSecret}, ${key}: ${JSON.stringify(another)}`;
    const fates: readonly RpcFate[] = [
      { status: 401, body: echo },
      { status: 500, body: echo },
      { rpcError: { code: -32_000, message: echo } },
      { rpcError: { code: 3, message: `execution reverted: ${echo}` } },
      { status: 200, body: echo },
    ];
    const always = () => true;
    const sending = (method: string) => method === "eth_sendRawTransaction";
    const simulating = (method: string) => method === "eth_estimateGas";
    const payments = [payment, another, poor];
    for (const fate of fates) {
      for (const isFailing of [always, sending, simulating]) {
        const fresh = await pay(payer, createRequirements(chain));
        payments.push(fresh);
        proxy.fate = (method) => (isFailing(method) ? fate : "pass");
        await ask("/verify", fresh);
        await ask("/settle", fresh);
        texts.push(await (await fetch(`${url}/readyz`)).text());
      }
      proxy.fate = () => "pass";
    }
    // The RPC is gone altogether.
    proxy.fate = () => "hang";
    const report = () => readdirSync(reports).map((file) => readFileSync(join(reports, file), "utf8"));
    running.child.kill("SIGUSR2");
    await expect.poll(() => report().join("").includes('"sharedObjects"')).toBe(true);
    proxy.fate = () => "pass";
    running.child.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    const journal = readdirSync(settings.FACILITATOR_DATA).map((file) =>
      readFileSync(join(settings.FACILITATOR_DATA, file), "utf8"),
    );
    expect(journal.join("")).toContain('"end":"settled"');
    expect(running.written.text).toContain("The chain could not be asked");
    const signatures = payments.map(({ paymentPayload }) => String(paymentPayload.payload["signature"]));
    const all = [running.written.text, ...texts, ...journal, ...report()];
    expectClean(all, [key, token, rpcSecret, ...signatures]);
  }, 60_000);

  it("when it cannot start", async () => {
    const { key, settings } = await createSettings();
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = String(typeof address === "object" && address ? address.port : 0);
    const broken: readonly Readonly<Record<string, string>>[] = [
      { FACILITATOR_KEY: `${key}00`, FACILITATOR_PAYEES: token },
      { FACILITATOR_KEY: key.slice(2) },
      { FACILITATOR_PORT: port },
      { FACILITATOR_DATA: "/dev/null/nowhere" },
      { FACILITATOR_NETWORKS: `eip155:1=http://[${rpcSecret}` },
    ];
    const reports = newDataDir();
    const flags = ["--report-uncaught-exception", `--report-directory=${reports}`];
    const texts = await Promise.all(
      broken.map(async (change) => {
        const failing = start({ ...settings, ...change }, flags);
        expect(await failing.exited).toBe(1);
        return failing.written.text;
      }),
    );
    taken.close();
    expect(texts[0]).toContain("FACILITATOR_KEY must be 0x and 64 hex digits");
    expect(texts[2]).toContain("cannot listen");
    const written = readdirSync(reports).map((file) => readFileSync(join(reports, file), "utf8"));
    expectClean([...texts, ...written], [key, token, rpcSecret]);
  }, 60_000);
});

it("SIGTERM: what is under way is finished, nobody else is served, and the process ends well", async () => {
  const { address, settings } = await createSettings();
  const running = start({ ...settings, FACILITATOR_RECEIPT_SECONDS: "20" });
  const url = await running.ready();
  const payer = await createPayer(chain);
  const payment = await pay(payer, createRequirements(chain));
  await chain.client.setAutomine(false);
  const answer = post(`${url}/settle`, payment);
  const isSent = async () => (await chain.client.getTransactionCount({ address, blockTag: "pending" })) === 1;
  await expect.poll(isSent, { timeout: 10_000 }).toBe(true);
  running.child.kill("SIGTERM");
  await expect.poll(() => running.written.text).toContain("Stopping");
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  await chain.client.mine({ blocks: 1 });
  await chain.client.setAutomine(true);
  expect((await answer).body).toMatchObject({ success: true });
  expect(await running.exited).toBe(0);
}, 40_000);
