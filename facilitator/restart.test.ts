import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startChain } from "../e2e/chain/start-chain.ts";
import type { Chain } from "../e2e/chain/start-chain.ts";
import { createPayer, createRequirements, pay } from "./testing/payers.ts";
import { newDataDir, startFacilitator } from "./testing/start-facilitator.ts";
import type { TestFacilitator } from "./testing/start-facilitator.ts";

let chain: Chain;
let dataDir: string;
let living: TestFacilitator[];
beforeEach(async () => {
  chain = await startChain();
  dataDir = newDataDir();
  living = [];
}, 60_000);
afterEach(async () => {
  await Promise.all(living.map((each) => each.stop()));
  await chain.close();
});

/** One life of the process: the same wallet and folder each time. */
async function live(options: { readonly key?: string; readonly clock?: () => number } = {}) {
  const settings = { FACILITATOR_DATA: dataDir, FACILITATOR_RECEIPT_SECONDS: "1" };
  const facilitator = await startFacilitator(chain, { ...options, settings });
  living.push(facilitator);
  return facilitator;
}

it.each([true, false])(
  "what was settled before a restart is told again and not sent again (journal kept: %s)",
  async (kept) => {
    const payer = await createPayer(chain, { permit2: true });
    const payments = await Promise.all(
      [false, true].map((permit2) => pay(payer, createRequirements(chain, { permit2 }))),
    );
    const first = await live();
    const before = await Promise.all(payments.map((payment) => first.settle(payment)));
    expect(before.every(({ success }) => success)).toBe(true);
    if (!kept) rmSync(dataDir, { recursive: true });
    const second = await live({ key: first.key });
    expect(await Promise.all(payments.map((payment) => second.settle(payment)))).toEqual(before);
    expect(await second.sent()).toBe(2);
  },
);

it("what was in nobody's block at the restart is waited for, and not sent again", async () => {
  const payer = await createPayer(chain);
  const payment = await pay(payer, createRequirements(chain));
  await chain.client.setAutomine(false);
  const first = await live();
  const pending = await first.settle(payment);
  expect(pending).toMatchObject({ errorReason: "settlement_pending" });
  const second = await live({ key: first.key });
  expect(await second.settle(payment)).toEqual(pending);
  await chain.client.mine({ blocks: 1 });
  await chain.client.setAutomine(true);
  expect(await second.settle(payment)).toMatchObject({ success: true, transaction: pending.transaction });
  expect(await second.sent()).toBe(1);
});

it("what was dropped, and whose nonce another transaction has used, is settled anew", async () => {
  const payer = await createPayer(chain);
  const payment = await pay(payer, createRequirements(chain));
  await chain.client.setAutomine(false);
  const first = await live();
  const pending = await first.settle(payment);
  await chain.client.dropTransaction({ hash: pending.transaction as `0x${string}` });
  await chain.client.setAutomine(true);
  const other = await live({ key: first.key });
  expect(await other.settle(await pay(payer, createRequirements(chain)))).toMatchObject({ success: true });
  expect(await other.settle(payment)).toEqual(pending);
  // Two minutes later it is clear that it will never come.
  const third = await live({ key: first.key, clock: () => Date.now() + 120_000 });
  await expect.poll(() => third.lines.join(""), { timeout: 15_000, interval: 100 }).toContain("dropped");
  const settled = await third.settle(payment);
  expect(settled).toMatchObject({ success: true });
  expect(settled.transaction).not.toBe(pending.transaction);
  expect(await third.sent()).toBe(2);
}, 30_000);

it("where the journal cannot be written, nothing is sent", async () => {
  const payer = await createPayer(chain);
  const first = await live();
  const payment = await pay(payer, createRequirements(chain));
  rmSync(dataDir, { recursive: true });
  const { status, body } = await first.post("/settle", payment);
  expect([status, body.detail]).toEqual([503, "The settlement could not be written down"]);
  expect(await first.sent()).toBe(0);
});
