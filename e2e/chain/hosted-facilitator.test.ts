import { FacilitatorTimeoutError, HTTPFacilitatorClient } from "@x402/core/server";
import type { PaymentPayload, PaymentRequirements } from "@x402/core/types";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import type { Address } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FacilitatorMode } from "./facilitator-modes.ts";
import { startFacilitator, type HostedFacilitator } from "./hosted-facilitator.ts";
import { startChain, type Chain } from "./start-chain.ts";

let chain: Chain;
let facilitator: HostedFacilitator;
beforeAll(async () => {
  chain = await startChain();
  facilitator = await startFacilitator(chain);
});
afterEach(() => facilitator.behave());
afterAll(async () => {
  await facilitator.close();
  await chain.close();
});

/** What the official client signs, and the official HTTP client that hands it in. */
async function createPayment(scheme: "exact" | "permit2" | "upto" = "exact", amount = 10_000n) {
  const payer = privateKeyToAccount(generatePrivateKey());
  const payTo = privateKeyToAccount(generatePrivateKey()).address;
  await chain.fund(payer.address, 1_000_000n);
  if (scheme !== "exact") await chain.approvePermit2(payer);
  const extra = {
    exact: {},
    permit2: { assetTransferMethod: "permit2" },
    upto: { facilitatorAddress: facilitator.address },
  };
  const requirements: PaymentRequirements = {
    scheme: scheme === "upto" ? "upto" : "exact",
    network: chain.network,
    asset: chain.asset,
    amount: String(amount),
    payTo,
    maxTimeoutSeconds: 60,
    extra: { name: "USDC", version: "2", ...extra[scheme] },
  };
  const client = scheme === "upto" ? new UptoEvmScheme(payer) : new ExactEvmScheme(payer);
  const signed = await client.createPaymentPayload(2, requirements);
  const payload = { ...signed, accepted: requirements } as PaymentPayload;
  return { payer: payer.address, payTo, requirements, payload };
}
type Payment = Awaited<ReturnType<typeof createPayment>>;

function connect(timeoutMs = 5_000, url = facilitator.url): HTTPFacilitatorClient {
  return new HTTPFacilitatorClient({ url, timeoutMs });
}

const settle = ({ payload, requirements }: Payment, timeoutMs?: number) =>
  connect(timeoutMs).settle(payload, requirements);
const verify = ({ payload, requirements }: Payment) => connect().verify(payload, requirements);
const sentFor = (payer: Address) =>
  facilitator.settlements.filter((settlement) => settlement.payer === payer);

describe("an honest facilitator", () => {
  test("says what it supports", async () => {
    const { kinds, signers } = await connect().getSupported();
    expect(kinds).toEqual([
      { x402Version: 2, scheme: "exact", network: "eip155:84532" },
      {
        x402Version: 2,
        scheme: "upto",
        network: "eip155:84532",
        extra: { facilitatorAddress: facilitator.address },
      },
    ]);
    expect(signers).toEqual({ "eip155:*": [facilitator.address] });
  });

  test.each(["exact", "permit2", "upto"] as const)("verifies and settles %s once", async (scheme) => {
    const payment = await createPayment(scheme);
    const { payer, payTo } = payment;
    expect(await verify(payment)).toEqual({ isValid: true, payer });
    expect(await chain.balanceOf(payTo)).toBe(0n);

    const settled = await settle(payment);
    expect(settled).toMatchObject({ success: true, payer, network: chain.network });
    const { transaction } = settled;
    expect(await chain.transfers({ to: payTo })).toEqual([
      { from: payer, to: payTo, value: 10_000n, transaction },
    ]);
    const signed =
      payment.payload.payload["authorization"] ?? payment.payload.payload["permit2Authorization"];
    const { nonce } = signed as { nonce: string };
    expect(sentFor(payer)).toEqual([{ payer, nonce, payee: payTo, amount: 10_000n, transaction }]);

    expect(await settle(payment)).toMatchObject({ success: false, transaction: "" });
    expect(sentFor(payer)).toHaveLength(1);
  });

  test("settles upto for what was used", async () => {
    const payment = await createPayment("upto");
    const requirements = { ...payment.requirements, amount: "123" };
    expect(await settle({ ...payment, requirements })).toMatchObject({ success: true, amount: "123" });
    expect(await chain.balanceOf(payment.payTo)).toBe(123n);
    expect(sentFor(payment.payer)).toMatchObject([{ amount: 123n }]);
  });

  test("says why a payment would fail", async () => {
    const poor = await createPayment("exact", 1_000_001n);
    expect(await verify(poor)).toMatchObject({
      isValid: false,
      invalidReason: "invalid_exact_evm_insufficient_balance",
    });
    const used = await createPayment();
    await settle(used);
    expect(await verify(used)).toMatchObject({
      isValid: false,
      invalidReason: "invalid_exact_evm_nonce_already_used",
    });
  });

  test("settles many at once", async () => {
    const payments = await Promise.all(Array.from({ length: 12 }, () => createPayment()));
    const settled = await Promise.all(payments.map((payment) => settle(payment)));
    expect(settled.filter(({ success }) => success)).toHaveLength(12);
    expect(new Set(settled.map(({ transaction }) => transaction)).size).toBe(12);
  });

  test("settles one payment once, however many ask at the same time", async () => {
    const payment = await createPayment();
    const settled = await Promise.all(Array.from({ length: 8 }, () => settle(payment)));
    expect(settled.filter(({ success }) => success)).toHaveLength(1);
    expect(sentFor(payment.payer)).toHaveLength(1);
    expect(await chain.balanceOf(payment.payTo)).toBe(10_000n);
  });

  test("lets in only who has its key", async () => {
    const guarded = await startFacilitator(chain, { headers: { Authorization: "Bearer k" } });
    const ask = (headers: Record<string, string>) => fetch(`${guarded.url}/supported`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: "Bearer j" })).status).toBe(401);
    expect((await ask({ authorization: "Bearer k" })).status).toBe(200);
    const { payload, requirements } = await createPayment();
    await expect(connect(5_000, guarded.url).settle(payload, requirements)).rejects.toThrow("401");
    expect(guarded.settlements).toEqual([]);
    expect(guarded.requests).toHaveLength(1);
    await guarded.close();
  });

  test("calls a settlement pending that no block has taken in time, and settles it when asked again", async () => {
    const slow = await startChain({ blockSeconds: 60 });
    const impatient = await startFacilitator(slow, { confirmationTimeoutMs: 100 });
    try {
      const { payer, payTo, payload, requirements } = await createPayment();
      await slow.fund(payer, 10_000n);
      const client = connect(5_000, impatient.url);
      const first = await client.settle(payload, requirements);
      expect(first).toMatchObject({ success: false, errorReason: "settlement_pending" });
      await slow.client.mine({ blocks: 1 });
      expect(await slow.balanceOf(payTo)).toBe(10_000n);
      const { transaction } = first;
      expect(await client.settle(payload, requirements)).toMatchObject({ success: true, transaction });
    } finally {
      await impatient.close();
      await slow.close();
    }
  });
});

describe("what moves no money", () => {
  const refusals: [FacilitatorMode, RegExp][] = [
    ["down", /fetch failed/],
    ["reset", /fetch failed/],
    ["error-500", /\(500\)/],
    ["rate-limit", /\(429\)/],
    ["html", /invalid JSON|JSON/i],
    ["garbage", /invalid JSON|JSON/i],
  ];
  test.each(refusals)("%s, at verify and at settle", async (mode, message) => {
    const payment = await createPayment();
    await facilitator.misbehave(mode);
    await expect(verify(payment)).rejects.toThrow(message);
    await expect(settle(payment)).rejects.toThrow(message);
    expect(await chain.balanceOf(payment.payTo)).toBe(0n);
    await facilitator.behave();
    expect(await settle(payment)).toMatchObject({ success: true });
  });

  test("hang", async () => {
    const payment = await createPayment();
    await facilitator.misbehave("hang");
    await expect(settle(payment, 100)).rejects.toThrow(FacilitatorTimeoutError);
    expect(await chain.balanceOf(payment.payTo)).toBe(0n);
  });

  test.each(["lie-success", "success-without-transaction", "refuse-settle", "duplicate"] as const)(
    "%s",
    async (mode) => {
      const payment = await createPayment();
      await facilitator.misbehave(mode);
      const { success, transaction, errorReason } = await settle(payment);
      expect(success).toBe(mode === "lie-success" || mode === "success-without-transaction");
      expect(transaction).toMatch(mode === "lie-success" ? /^0x[0-9a-f]{64}$/ : /^$/);
      expect(errorReason).toBe(
        { "refuse-settle": "insufficient_funds", duplicate: "duplicate_settlement" }[mode as string],
      );
      expect(await chain.balanceOf(payment.payTo)).toBe(0n);
      expect(sentFor(payment.payer)).toEqual([]);
    },
  );

  test("rate-limit says when to come again", async () => {
    await facilitator.misbehave("rate-limit", { afterMs: 7_000 });
    const answer = await fetch(`${facilitator.url}/supported`);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
  });

  test("lies at verify", async () => {
    const payment = await createPayment();
    await facilitator.misbehave("invalid-verify", { times: 1 });
    expect(await verify(payment)).toMatchObject({ isValid: false, invalidReason: "insufficient_funds" });
    await facilitator.misbehave("wrong-payer-verify", { times: 1 });
    const { isValid, payer } = await verify(payment);
    expect([isValid, payer === payment.payer]).toEqual([true, false]);
    expect(await verify(payment)).toEqual({ isValid: true, payer: payment.payer });
  });
});

describe("what moves the money and does not say so", () => {
  test.each(["late", "drop-reply", "lie-failure"] as const)("%s", async (mode) => {
    const payment = await createPayment();
    await facilitator.misbehave(mode);
    const outcome = settle(payment, 1_000);
    if (mode === "lie-failure") expect(await outcome).toMatchObject({ success: false, transaction: "" });
    else await expect(outcome).rejects.toThrow(mode === "late" ? /timed out/i : /fetch failed/);
    await expect.poll(() => chain.balanceOf(payment.payTo), { timeout: 10_000 }).toBe(10_000n);
    expect(sentFor(payment.payer)).toHaveLength(1);
  });

  test("slow settles after the caller has gone", async () => {
    const payment = await createPayment();
    await facilitator.misbehave("slow", { afterMs: 1_500 });
    await expect(settle(payment, 100)).rejects.toThrow(FacilitatorTimeoutError);
    expect(await chain.balanceOf(payment.payTo)).toBe(0n);
    await expect.poll(() => chain.balanceOf(payment.payTo), { timeout: 10_000 }).toBe(10_000n);
  });

  test.each(["exact", "upto"] as const)("pending %s, and settled when asked again", async (scheme) => {
    const payment = await createPayment(scheme);
    await facilitator.misbehave("pending", { times: 1 });
    const first = await settle(payment);
    expect(first).toMatchObject({ success: false, errorReason: "settlement_pending" });
    expect(await settle(payment)).toMatchObject({ success: true, transaction: first.transaction });
    expect(sentFor(payment.payer)).toHaveLength(1);
  });
});

describe("what names a transaction that is not this payment", () => {
  test("other-transaction: a payment of another payer", async () => {
    const [other, payment] = [await createPayment(), await createPayment()];
    const { transaction } = await settle(other);
    await facilitator.misbehave("other-transaction");
    expect(await settle(payment)).toMatchObject({ success: true, transaction, payer: payment.payer });
    expect(await chain.balanceOf(payment.payTo)).toBe(0n);
  });

  test("wrong-amount: less, from a pocket of its own, or of the maximum that was signed", async () => {
    await facilitator.misbehave("wrong-amount");
    const [exact, upto] = [await createPayment(), await createPayment("upto")];
    for (const payment of [exact, upto]) expect(await settle(payment)).toMatchObject({ success: true });
    expect(await chain.transfers({ to: exact.payTo })).toMatchObject([
      { from: facilitator.address, value: 9_999n },
    ]);
    expect(await chain.transfers({ to: upto.payTo })).toMatchObject([{ from: upto.payer, value: 9_999n }]);
  });

  test("wrong-payee: the right amount, to itself", async () => {
    const payment = await createPayment();
    await facilitator.misbehave("wrong-payee");
    const { success, transaction } = await settle(payment);
    expect(success).toBe(true);
    const { address } = facilitator;
    expect(await chain.transfers({ from: address, to: address })).toContainEqual({
      from: address,
      to: address,
      value: 10_000n,
      transaction,
    });
    expect(await chain.balanceOf(payment.payTo)).toBe(0n);
  });
});

test("commands: one path, a number of times, the newest first", async () => {
  const payment = await createPayment();
  await facilitator.misbehave("error-500", { path: "settle" });
  await facilitator.misbehave("refuse-settle", { times: 1, status: 402, reason: "some_reason" });
  expect(await verify(payment)).toMatchObject({ isValid: true });
  await expect(settle(payment)).rejects.toMatchObject({ statusCode: 402, errorReason: "some_reason" });
  await expect(settle(payment)).rejects.toThrow("(500)");
  await expect(settle(payment)).rejects.toThrow("(500)");
  await facilitator.behave();
  expect(await settle(payment)).toMatchObject({ success: true });
});
