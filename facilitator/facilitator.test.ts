import { PERMIT2_ADDRESS, x402ExactPermit2ProxyAddress } from "@x402/evm";
import { parseAbi } from "viem";
import type { Address, Hex } from "viem";
import { privateKeyToAccount, generatePrivateKey } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChain, usdcAbi } from "../e2e/chain/start-chain.ts";
import type { Chain } from "../e2e/chain/start-chain.ts";
import { createPayer, createRequirements, newAddress, pay } from "./testing/payers.ts";
import type { Payment } from "./testing/payers.ts";
import { startFacilitator } from "./testing/start-facilitator.ts";
import type { TestFacilitator } from "./testing/start-facilitator.ts";

interface Eip3009 {
  readonly signature: Hex;
  readonly authorization: Readonly<Record<"from" | "to", Address>> &
    Readonly<Record<"value" | "validAfter" | "validBefore", string>> & { readonly nonce: Hex };
}

let chain: Chain;
let facilitator: TestFacilitator;
beforeAll(async () => {
  chain = await startChain();
  facilitator = await startFacilitator(chain);
}, 60_000);
afterAll(async () => {
  await facilitator.stop();
  await chain.close();
});

describe("the official clients", () => {
  it("pay exact (EIP-3009): balances and events are right, and the payer needs no gas", async () => {
    const payer = await createPayer(chain);
    await chain.client.setBalance({ address: payer.address, value: 0n });
    const requirements = createRequirements(chain, { amount: 12_345n });
    const { paymentPayload } = await pay(payer, requirements);
    expect(await facilitator.client.verify(paymentPayload, requirements)).toEqual({
      isValid: true,
      payer: payer.address.toLowerCase(),
    });
    const answer = await facilitator.client.settle(paymentPayload, requirements);
    expect(answer).toMatchObject({ success: true, network: chain.network, amount: "12345" });
    const hash = answer.transaction as `0x${string}`;
    const receipt = await chain.client.getTransactionReceipt({ hash });
    expect([receipt.status, receipt.from]).toEqual(["success", facilitator.address.toLowerCase()]);
    expect(await chain.balanceOf(requirements.payTo as `0x${string}`)).toBe(12_345n);
    expect(await chain.balanceOf(payer.address)).toBe(10_000_000n - 12_345n);
  });

  it("pay upto: less than was signed is captured, once", async () => {
    const payer = await createPayer(chain, { permit2: true });
    const terms = { scheme: "upto", amount: 50_000n, facilitator: facilitator.address } as const;
    const requirements = createRequirements(chain, terms);
    const { paymentPayload } = await pay(payer, requirements);
    expect(await facilitator.client.verify(paymentPayload, requirements)).toMatchObject({ isValid: true });
    const actual = { ...requirements, amount: "7001" };
    const answer = await facilitator.client.settle(paymentPayload, actual);
    expect(answer).toMatchObject({ success: true, amount: "7001" });
    expect(await chain.balanceOf(requirements.payTo as `0x${string}`)).toBe(7_001n);
    const again = await facilitator.client.settle(paymentPayload, requirements).catch((error) => error);
    expect(again).toMatchObject({ errorReason: "duplicate_settlement" });
    expect(await chain.balanceOf(requirements.payTo as `0x${string}`)).toBe(7_001n);
  });

  it("pay exact by Permit2", async () => {
    const payer = await createPayer(chain, { permit2: true });
    const payment = await pay(payer, createRequirements(chain, { permit2: true }));
    expect(payment.paymentPayload.payload).toHaveProperty("permit2Authorization");
    expect(await facilitator.verify(payment)).toMatchObject({ isValid: true });
    expect(await facilitator.settle(payment)).toMatchObject({ success: true });
    expect(await chain.balanceOf(payment.paymentRequirements.payTo as `0x${string}`)).toBe(10_000n);
  });

  it("are told what is supported, and who captures", async () => {
    const { kinds, signers } = await facilitator.client.getSupported();
    expect(kinds).toEqual([
      { x402Version: 2, scheme: "exact", network: chain.network },
      {
        x402Version: 2,
        scheme: "upto",
        network: chain.network,
        extra: { facilitatorAddress: facilitator.address },
      },
    ]);
    expect(signers).toEqual({ "eip155:*": [facilitator.address] });
  });
});

describe("an authorization is settled once", () => {
  it("when it is presented twenty times at once, and again later", async () => {
    const payer = await createPayer(chain);
    const payment = await pay(payer, createRequirements(chain));
    const before = await facilitator.sent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => facilitator.settle(payment)));
    answers.push(await facilitator.settle(payment));
    expect(new Set(answers.map(({ transaction }) => transaction)).size).toBe(1);
    expect(answers.every(({ success }) => success)).toBe(true);
    expect(await facilitator.sent()).toBe(before + 1);
    expect(await facilitator.verify(payment)).toMatchObject({ isValid: false });
  });

  it("when two amounts of one permit are asked for at once: the second is told that it is one too many", async () => {
    const payer = await createPayer(chain, { permit2: true });
    const terms = { scheme: "upto", amount: 50_000n, facilitator: facilitator.address } as const;
    const payment = await pay(payer, createRequirements(chain, terms));
    const before = await facilitator.sent();
    const answers = await Promise.all(
      ["100", "200"].map((amount) =>
        facilitator.settle({
          ...payment,
          paymentRequirements: { ...payment.paymentRequirements, amount },
        }),
      ),
    );
    expect(answers.map(({ success }) => success).toSorted()).toEqual([false, true]);
    expect(answers.find(({ success }) => !success)).toMatchObject({ errorReason: "duplicate_settlement" });
    expect(await facilitator.sent()).toBe(before + 1);
  });

  it.each([
    ["EIP-3009", false],
    ["Permit2", true],
  ])("when another facilitator settled it: its transaction is named (%s)", async (_name, permit2) => {
    const other = await startFacilitator(chain);
    const payer = await createPayer(chain, { permit2 });
    const payment = await pay(payer, createRequirements(chain, { permit2 }));
    const { transaction } = await other.settle(payment);
    await chain.client.mine({ blocks: 3 });
    expect(await facilitator.settle(payment)).toMatchObject({ success: true, transaction });
    await other.stop();
  });

  it("when the payer cancelled it: duplicate_settlement, no transaction", async () => {
    const payer = await createPayer(chain);
    const payment = await pay(payer, createRequirements(chain));
    const { authorization } = payment.paymentPayload.payload as unknown as Eip3009;
    const signature = await payer.signTypedData({
      domain: { name: "USDC", version: "2", chainId: 84_532, verifyingContract: chain.asset },
      types: {
        CancelAuthorization: [
          { name: "authorizer", type: "address" },
          { name: "nonce", type: "bytes32" },
        ],
      },
      primaryType: "CancelAuthorization",
      message: { authorizer: payer.address, nonce: authorization.nonce },
    });
    const args = [payer.address, authorization.nonce, signature] as const;
    const call = { address: chain.asset, abi: usdcAbi, functionName: "cancelAuthorization", args } as const;
    await chain.include(await chain.client.writeContract({ ...call, account: payer }));
    const answer = await facilitator.settle(payment);
    expect(answer).toMatchObject({ errorReason: "duplicate_settlement", transaction: "" });
  });
});

it("a permit that the payer invalidated is not taken for another one between the same two, for the same amount", async () => {
  const other = await startFacilitator(chain);
  const payer = await createPayer(chain, { permit2: true });
  const requirements = createRequirements(chain, { permit2: true });
  const paid = await pay(payer, requirements);
  const invalidated = await pay(payer, requirements);
  expect(await other.settle(paid)).toMatchObject({ success: true });
  const { permit2Authorization } = invalidated.paymentPayload.payload as {
    permit2Authorization: { nonce: string };
  };
  const nonce = BigInt(permit2Authorization.nonce);
  const abi = parseAbi(["function invalidateUnorderedNonces(uint256 word, uint256 mask)"]);
  const args = [nonce >> 8n, 1n << (nonce & 255n)] as const;
  const call = { address: PERMIT2_ADDRESS, abi, functionName: "invalidateUnorderedNonces", args } as const;
  await chain.include(await chain.client.writeContract({ ...call, account: payer }));
  expect(await facilitator.settle(invalidated)).toMatchObject({ errorReason: "duplicate_settlement" });
  expect(await facilitator.settle(paid)).toMatchObject({ success: true });
  await other.stop();
});

describe("what cannot be settled costs no gas", () => {
  async function expectRefused(payment: unknown, reason: string | RegExp) {
    const before = [
      await facilitator.sent(),
      await chain.client.getBalance({ address: facilitator.address }),
    ];
    const verified = (await facilitator.post("/verify", payment)).body;
    expect(verified.isValid).toBe(false);
    const settled = (await facilitator.post("/settle", payment)).body;
    expect(settled).toMatchObject({ success: false, transaction: "" });
    expect(settled.errorReason).toMatch(reason);
    const after = [await facilitator.sent(), await chain.client.getBalance({ address: facilitator.address })];
    expect(after).toEqual(before);
  }

  it("a payer without money", async () => {
    const payer = await createPayer(chain, { usdc: 9_999n });
    await expectRefused(await pay(payer, createRequirements(chain)), /insufficient_balance$/);
  });

  it("a permit without an allowance", async () => {
    const payer = await createPayer(chain);
    const payment = await pay(payer, createRequirements(chain, { permit2: true }));
    await expectRefused(payment, /^permit2_|transaction_failed/);
  });

  it("a false signature, another payee, another amount", async () => {
    const payer = await createPayer(chain);
    const payment = await pay(payer, createRequirements(chain));
    const { payload } = payment.paymentPayload;
    const other = await pay(payer, createRequirements(chain));
    const signature = other.paymentPayload.payload["signature"];
    const forged = { ...payment.paymentPayload, payload: { ...payload, signature } };
    await expectRefused({ ...payment, paymentPayload: forged }, "invalid_exact_evm_signature");
    for (const change of [{ payTo: newAddress() }, { amount: "9999" }]) {
      const paymentRequirements = { ...payment.paymentRequirements, ...change };
      await expectRefused({ ...payment, paymentRequirements }, /mismatch/);
    }
  });

  it("a permit of upto that names another facilitator", async () => {
    const payer = await createPayer(chain, { permit2: true });
    const terms = { scheme: "upto", facilitator: newAddress() } as const;
    await expectRefused(await pay(payer, createRequirements(chain, terms)), "upto_facilitator_mismatch");
  });

  it("an asset or a network that is not configured", async () => {
    const payer = await createPayer(chain);
    const payment = await pay(payer, createRequirements(chain));
    for (const [change, reason] of [
      [{ asset: newAddress() }, "asset_not_allowed"],
      [{ network: "eip155:8453" }, "invalid_network"],
    ] as const) {
      const paymentRequirements = { ...payment.paymentRequirements, ...change };
      const paymentPayload = { ...payment.paymentPayload, accepted: paymentRequirements };
      await expectRefused({ ...payment, paymentPayload, paymentRequirements }, reason);
    }
  });

  it("a chain without the contract that would settle it: a call to nothing would succeed and move nothing", async () => {
    const address = x402ExactPermit2ProxyAddress;
    const bytecode = await chain.client.getCode({ address });
    await chain.client.setCode({ address, bytecode: "0x" });
    const fresh = await startFacilitator(chain);
    const payer = await createPayer(chain, { permit2: true });
    const payment = await pay(payer, createRequirements(chain, { permit2: true }));
    expect(await fresh.verify(payment)).toMatchObject({ isValid: false });
    expect(await fresh.settle(payment)).toMatchObject({ success: false, transaction: "" });
    expect(await fresh.sent()).toBe(0);
    await fresh.stop();
    await chain.client.setCode({ address, bytecode: bytecode ?? "0x" });
  });

  it("a payee that is not on the list", async () => {
    const payee = privateKeyToAccount(generatePrivateKey()).address;
    const strict = await startFacilitator(chain, { settings: { FACILITATOR_PAYEES: payee } });
    const payer = await createPayer(chain);
    const bad = await pay(payer, createRequirements(chain));
    expect(await strict.verify(bad)).toMatchObject({ invalidReason: "payee_not_allowed" });
    expect(await strict.settle(bad)).toMatchObject({ errorReason: "payee_not_allowed" });
    expect(await strict.sent()).toBe(0);
    const good = await pay(payer, createRequirements(chain, { payTo: payee }));
    expect(await strict.settle(good)).toMatchObject({ success: true });
    await strict.stop();
  });
});

/** Has a settlement wait in the mempool while `overtake` gets in front of it, and both mined. */
async function settleOvertaken(
  own: TestFacilitator,
  payment: Payment,
  overtake: (fees: { maxPriorityFeePerGas: bigint; maxFeePerGas: bigint; gas: bigint }) => Promise<unknown>,
) {
  await chain.client.setAutomine(false);
  const pending = await own.settle(payment);
  expect(pending).toMatchObject({ success: false, errorReason: "settlement_pending" });
  expect(pending.transaction).toMatch(/^0x[0-9a-f]{64}$/);
  await overtake({ maxPriorityFeePerGas: 5n * 10n ** 10n, maxFeePerGas: 10n ** 11n, gas: 200_000n });
  await chain.client.mine({ blocks: 1 });
  await chain.client.setAutomine(true);
  return pending;
}

it("a transaction that came second to somebody else's with the same authorization: that one settled it", async () => {
  const own = await startFacilitator(chain, { settings: { FACILITATOR_RECEIPT_SECONDS: "1" } });
  const payer = await createPayer(chain);
  const payment = await pay(payer, createRequirements(chain));
  const { authorization, signature } = payment.paymentPayload.payload as unknown as Eip3009;
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  const times = [BigInt(value), BigInt(validAfter), BigInt(validBefore)] as const;
  const args = [from, to, ...times, nonce, signature] as const;
  const functionName = "transferWithAuthorization";
  const call = { address: chain.asset, abi: usdcAbi, functionName, args, account: payer } as const;
  let faster = "";
  const pending = await settleOvertaken(own, payment, async (fees) => {
    faster = await chain.client.writeContract({ ...call, ...fees });
  });
  const answer = await own.settle(payment);
  expect(answer).toMatchObject({ success: true, transaction: faster });
  expect(answer.transaction).not.toBe(pending.transaction);
  expect(await chain.balanceOf(to)).toBe(10_000n);
  await own.stop();
});

it("a transaction that fails on the chain is reported with the reason, and not sent again", async () => {
  const own = await startFacilitator(chain, { settings: { FACILITATOR_RECEIPT_SECONDS: "1" } });
  const payer = await createPayer(chain, { usdc: 10_000n });
  const payment = await pay(payer, createRequirements(chain));
  // The payer moves its money away in the same block, before the settlement.
  const call = { address: chain.asset, abi: usdcAbi, functionName: "transfer", account: payer } as const;
  const pending = await settleOvertaken(own, payment, (fees) =>
    chain.client.writeContract({ ...call, ...fees, args: [newAddress(), 10_000n] }),
  );
  const failed = await own.settle(payment);
  expect(failed).toMatchObject({
    success: false,
    errorReason: "invalid_exact_evm_transaction_failed",
    errorMessage: "ERC20: transfer amount exceeds balance",
    transaction: pending.transaction,
  });
  expect(await own.settle(payment)).toEqual(failed);
  expect(await own.sent()).toBe(1);
  await own.stop();
});
