import { createWalletClient, http, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { startChain } from "../e2e/chain/start-chain.ts";
import type { Chain } from "../e2e/chain/start-chain.ts";
import { createPayer, createRequirements, newAddress, pay } from "./testing/payers.ts";
import { startRpcProxy } from "./testing/rpc-proxy.ts";
import type { RpcFate, RpcProxy } from "./testing/rpc-proxy.ts";
import { startFacilitator } from "./testing/start-facilitator.ts";
import type { TestFacilitator } from "./testing/start-facilitator.ts";

let chain: Chain;
let payer: Awaited<ReturnType<typeof createPayer>>;
beforeAll(async () => {
  chain = await startChain();
  payer = await createPayer(chain);
}, 60_000);
afterAll(() => chain.close());

let proxy: RpcProxy;
let facilitator: TestFacilitator;
beforeEach(async () => {
  proxy = await startRpcProxy(chain.rpcUrl);
  facilitator = await startFacilitator(chain, { rpcUrl: proxy.url });
});
afterEach(async () => {
  await facilitator.stop();
  await proxy.close();
});

const newPayment = () => pay(payer, createRequirements(chain));
/** The first broadcasts end as given, the others are taken. */
function failBroadcasts(...fates: readonly RpcFate[]): void {
  const left = [...fates];
  proxy.fate = (method) => (method === "eth_sendRawTransaction" ? (left.shift() ?? "pass") : "pass");
}
const refusal = { rpcError: { code: -32_000, message: "txpool is full" } };

it.each<[string, RpcFate]>([
  ["the node refuses it", refusal],
  ["the RPC is not paid for", { status: 401, body: "no such project" }],
  ["too many requests", { status: 429 }],
])("a broadcast that failed leaves no gap: %s", async (_name, fate) => {
  failBroadcasts(fate);
  const payment = await newPayment();
  const { status, headers, body } = await facilitator.post("/settle", payment);
  expect([status, body.code, headers.get("retry-after")]).toEqual([503, "rail_unavailable", "5"]);
  // The next one has the nonce that was not used, and is mined at once; so is the one that failed, when it is asked again.
  expect(await facilitator.settle(await newPayment())).toMatchObject({ success: true });
  expect(await facilitator.settle(payment)).toMatchObject({ success: true });
  expect(await facilitator.sent()).toBe(2);
});

it("of 30 at once every third is refused: the others settle, and the refused ones when asked again", async () => {
  failBroadcasts(...Array.from({ length: 30 }, (_, index): RpcFate => (index % 3 === 0 ? refusal : "pass")));
  const payments = await Promise.all(Array.from({ length: 30 }, newPayment));
  const first = await Promise.all(payments.map((payment) => facilitator.post("/settle", payment)));
  expect(first.filter(({ body }) => body.success === true)).toHaveLength(20);
  expect(first.filter(({ status }) => status === 503)).toHaveLength(10);
  const second = await Promise.all(payments.map((payment) => facilitator.settle(payment)));
  expect(second.every(({ success }) => success)).toBe(true);
  expect(await facilitator.sent()).toBe(30);
});

it.each<[string, RpcFate]>([
  ["the answer was lost", "lose-answer"],
  ["the node failed before it took it", { status: 502 }],
  ["the node says what nobody understands", { rpcError: { code: -32_603, message: "boom" } }],
])("a broadcast of which nobody knows is found out about, and made once: %s", async (_name, fate) => {
  failBroadcasts(fate);
  expect(await facilitator.settle(await newPayment())).toMatchObject({ success: true });
  expect(await facilitator.sent()).toBe(1);
});

it("while nobody knows, the payment is pending, nothing else is sent, and all goes on when the node answers", async () => {
  const slow = await startFacilitator(chain, {
    rpcUrl: proxy.url,
    settings: { FACILITATOR_RECEIPT_SECONDS: "1" },
  });
  const isSending = (method: string) => method === "eth_sendRawTransaction";
  // Taken, and from then on the node says nothing about it.
  let sent = 0;
  proxy.fate = (method) => {
    if (isSending(method)) return sent++ === 0 ? "lose-answer" : { status: 502 };
    return /TransactionByHash|Receipt/.test(method) ? { status: 502 } : "pass";
  };
  const payment = await newPayment();
  const pending = await slow.settle(payment);
  expect(pending).toMatchObject({ success: false, errorReason: "settlement_pending" });
  const other = await newPayment();
  expect((await slow.post("/settle", other)).status).toBe(503);
  proxy.fate = () => "pass";
  expect(await slow.settle(other)).toMatchObject({ success: true });
  expect(await slow.settle(payment)).toMatchObject({ success: true, transaction: pending.transaction });
  expect(await slow.sent()).toBe(2);
  await slow.stop();
});

it("a nonce that somebody else used with the same key is passed over", async () => {
  expect(await facilitator.settle(await newPayment())).toMatchObject({ success: true });
  const account = privateKeyToAccount(facilitator.key as `0x${string}`);
  const wallet = createWalletClient({ account, chain: chain.client.chain, transport: http(chain.rpcUrl) });
  await chain.include(await wallet.sendTransaction({ to: newAddress(), value: 1n }));
  expect(await facilitator.settle(await newPayment())).toMatchObject({ success: true });
  expect(await facilitator.sent()).toBe(3);
});

it("an empty gas wallet: 503, told by /readyz and /verify as well, and settled when it was filled", async () => {
  await chain.client.setBalance({ address: facilitator.address, value: 0n });
  const payment = await newPayment();
  const { status, body, headers } = await facilitator.post("/settle", payment);
  expect([status, headers.get("retry-after")]).toEqual([503, "30"]);
  expect(body.detail).toContain("gas wallet");
  expect((await facilitator.post("/verify", payment)).status).toBe(503);
  const ready = await fetch(`${facilitator.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: "not ready", networks: { [chain.network]: "the gas wallet is empty" } },
  ]);
  await chain.client.setBalance({ address: facilitator.address, value: parseEther("1") });
  expect(await facilitator.settle(payment)).toMatchObject({ success: true });
});

it("while the RPC is away, nothing is refused and nothing sent: 503", async () => {
  await facilitator.settle(await newPayment());
  const payment = await newPayment();
  for (const fate of [
    { status: 500 },
    { status: 401 },
    { rpcError: { code: -32_603, message: "Internal" } },
  ]) {
    proxy.fate = () => fate;
    for (const path of ["/verify", "/settle"]) {
      const { status, body } = await facilitator.post(path, payment);
      expect([status, body.code, body.isValid, body.success]).toEqual([
        503,
        "rail_unavailable",
        undefined,
        undefined,
      ]);
    }
  }
  proxy.fate = () => "pass";
  expect(await facilitator.settle(payment)).toMatchObject({ success: true });
  expect(await facilitator.sent()).toBe(2);
});

it("the RPC of another chain is not used", async () => {
  const wrong = await startFacilitator(chain, {
    settings: {
      FACILITATOR_NETWORKS: `eip155:8453=${chain.rpcUrl}`,
      FACILITATOR_ASSETS: `eip155:8453=${chain.asset}`,
    },
  });
  const payment = await newPayment();
  const network = "eip155:8453" as const;
  const paymentRequirements = { ...payment.paymentRequirements, network };
  const paymentPayload = { ...payment.paymentPayload, accepted: paymentRequirements };
  const { status, body } = await wrong.post("/verify", { ...payment, paymentPayload, paymentRequirements });
  expect([status, body.detail]).toEqual([503, "The RPC of eip155:8453 belongs to another chain"]);
  await wrong.stop();
});
