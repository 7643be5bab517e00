import { parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { expect, it } from "vitest";
import { startChain, usdcAbi } from "../e2e/chain/start-chain.ts";
import type { Chain } from "../e2e/chain/start-chain.ts";
import { createRequirements, newAddress, pay } from "./testing/payers.ts";
import { startFacilitator } from "./testing/start-facilitator.ts";

const COUNT = 200;

/** Ten payers with money, minted in one block. */
async function createPayers(chain: Chain) {
  const payers = Array.from({ length: 10 }, () => privateKeyToAccount(generatePrivateKey()));
  await Promise.all(payers.map(({ address }) => chain.fund(address, 10_000_000n)));
  return payers;
}

it.each([
  ["automine", {}],
  ["2-second blocks", { blockSeconds: 2 }],
])(
  `${COUNT} concurrent settlements: all settled, no nonce used twice or left out (%s)`,
  async (name, options) => {
    const chain = await startChain(options);
    const facilitator = await startFacilitator(chain);
    const payTo = newAddress();
    const payers = await createPayers(chain);
    const payments = await Promise.all(
      Array.from({ length: COUNT }, async (_, index) => {
        const payer = payers[index % payers.length];
        if (payer === undefined) throw new Error("No payer");
        return pay(payer, createRequirements(chain, { payTo, amount: 1_000n + BigInt(index) }));
      }),
    );
    const started = performance.now();
    const took: number[] = [];
    const answers = await Promise.all(
      payments.map(async (payment) => {
        const answer = await facilitator.settle(payment);
        took.push(performance.now() - started);
        return answer;
      }),
    );
    took.sort((one, other) => one - other);
    const [first, middle, last] = [took[0], took[COUNT / 2], took[COUNT - 1]].map((ms) =>
      Math.round(ms ?? 0),
    );
    process.stdout.write(
      `${COUNT} settlements, ${name}: first ${first} ms, p50 ${middle} ms, all ${last} ms\n`,
    );
    expect(answers.filter(({ success }) => !success)).toEqual([]);
    expect(new Set(answers.map(({ transaction }) => transaction)).size).toBe(COUNT);
    expect(await facilitator.sent()).toBe(COUNT);
    const expected = payments.reduce((sum, { paymentRequirements: { amount } }) => sum + BigInt(amount), 0n);
    expect(await chain.balanceOf(payTo)).toBe(expected);
    const transfers = await chain.client.getContractEvents({
      address: chain.asset,
      abi: usdcAbi,
      eventName: "Transfer",
      args: { to: payTo },
      fromBlock: 0n,
    });
    expect(transfers).toHaveLength(COUNT);
    // What was booked is what the wallet has paid, to the wei.
    const left = await chain.client.getBalance({ address: facilitator.address });
    const booked = facilitator.lines
      .map((line) => JSON.parse(line))
      .reduce((sum, { message, wei }) => sum + (message === "A settlement ended" ? BigInt(wei) : 0n), 0n);
    expect(booked).toBe(parseEther("10") - left);
    await facilitator.stop();
    await chain.close();
  },
  30_000,
);
