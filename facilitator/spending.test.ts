import { encodeAbiParameters, parseEther } from "viem";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChain } from "../e2e/chain/start-chain.ts";
import type { Chain } from "../e2e/chain/start-chain.ts";
import { createSpending } from "./spending.ts";
import { createPayer, createRequirements, pay } from "./testing/payers.ts";
import { newDataDir, startFacilitator } from "./testing/start-facilitator.ts";

const DAY = 86_400_000;

describe("the sum", () => {
  it("never passes the bound, whatever is reserved and settled in which order", () => {
    const step = fc.record({ wei: fc.bigInt(0n, 60n), settle: fc.option(fc.bigInt(0n, 60n)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const spending = createSpending(100n, () => 0);
        let expected = 0n;
        for (const { wei, settle } of steps) {
          const reservation = spending.reserve(wei);
          expect(reservation === undefined).toBe(expected + wei > 100n);
          if (reservation === undefined) continue;
          const spent = settle === null ? undefined : settle > wei ? wei : settle;
          if (spent !== undefined) reservation.settle(spent);
          // A second time changes nothing.
          if (spent !== undefined) reservation.settle(0n);
          expected += spent ?? wei;
          expect(spending.today()).toBe(expected);
        }
      }),
    );
  });

  it("begins anew each day, and yesterday's corrections do not count today", () => {
    let now = DAY - 1;
    const spending = createSpending(100n, () => now);
    const late = spending.reserve(100n);
    expect([spending.reserve(1n), spending.secondsLeft()]).toEqual([undefined, 1]);
    now = DAY;
    expect(spending.reserve(60n)).toBeDefined();
    late?.settle(0n);
    expect([spending.today(), spending.secondsLeft()]).toEqual([60n, 86_400]);
    expect(spending.reserve(41n)).toBeUndefined();
  });
});

describe("on a chain", () => {
  let chain: Chain;
  let payer: Awaited<ReturnType<typeof createPayer>>;
  beforeAll(async () => {
    chain = await startChain();
    payer = await createPayer(chain);
  }, 60_000);
  afterAll(() => chain.close());
  const newPayment = () => pay(payer, createRequirements(chain));

  /** What one settlement reserves and costs at most here. */
  async function measure() {
    const facilitator = await startFacilitator(chain);
    await facilitator.settle(await newPayment());
    const spent = parseEther("10") - (await chain.client.getBalance({ address: facilitator.address }));
    await facilitator.stop();
    return spent;
  }

  it("beyond the bound nothing is sent, also after a restart, until the next day", async () => {
    const dataDir = newDataDir();
    const one = await measure();
    // A reservation is at most 2.6 times what it then costs: the first fits, and what it leaves is too little for many.
    const settings = { FACILITATOR_DATA: dataDir, FACILITATOR_MAX_SPEND_WEI: (one * 5n).toString() };
    const first = await startFacilitator(chain, { settings });
    const answers = [];
    for (let count = 0; count < 6; count++) answers.push(await first.post("/settle", await newPayment()));
    const settled = answers.filter(({ status }) => status === 200).length;
    expect(settled).toBeGreaterThanOrEqual(2);
    expect(settled).toBeLessThan(6);
    const last = answers.at(-1);
    expect(last?.status).toBe(503);
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await first.sent()).toBe(settled);
    expect(first.lines.join("")).toContain("The spending bound of today is reached");
    await first.stop();

    // What the journal knows is exactly what the wallet has paid: not one more wei may be spent.
    const spent = parseEther("10") - (await chain.client.getBalance({ address: first.address }));
    const bound = { ...settings, FACILITATOR_MAX_SPEND_WEI: spent.toString() };
    const second = await startFacilitator(chain, { settings: bound, key: first.key });
    expect((await second.post("/settle", await newPayment())).status).toBe(503);
    expect(second.lines.join("")).toContain(`"today":"${spent}"`);
    await second.stop();
    const tomorrow = () => Date.now() + DAY;
    const third = await startFacilitator(chain, { settings, key: first.key, clock: tomorrow });
    expect(await third.settle(await newPayment())).toMatchObject({ success: true });
    await third.stop();
  });

  it("at once as well: what is reserved counts before it is spent", async () => {
    const one = await measure();
    const settings = { FACILITATOR_MAX_SPEND_WEI: (one * 9n).toString() };
    const facilitator = await startFacilitator(chain, { settings });
    const payments = await Promise.all(Array.from({ length: 20 }, newPayment));
    await Promise.all(payments.map((payment) => facilitator.post("/settle", payment)));
    const spent = parseEther("10") - (await chain.client.getBalance({ address: facilitator.address }));
    expect(spent).toBeLessThanOrEqual(one * 9n);
    expect(spent).toBeGreaterThan(one);
    await facilitator.stop();
  });

  it("gas above the price that is allowed: 503, nothing is sent", async () => {
    const settings = { FACILITATOR_MAX_GAS_PRICE_WEI: "1" };
    const facilitator = await startFacilitator(chain, { settings });
    const { status, body } = await facilitator.post("/settle", await newPayment());
    expect([status, body.detail]).toEqual([503, expect.stringContaining("costs more than is allowed")]);
    expect(await facilitator.sent()).toBe(0);
    await facilitator.stop();
  });

  it("what the data costs beside the gas on chains of the OP stack is reserved, too", async () => {
    const fee = parseEther("0.4");
    // A contract that answers everything with the fee: PUSH32 fee, MSTORE at 0, RETURN 32 bytes.
    const word = encodeAbiParameters([{ type: "uint256" }], [fee]).slice(2);
    const oracle = "0x420000000000000000000000000000000000000F";
    await chain.client.setCode({ address: oracle, bytecode: `0x7f${word}60005260206000f3` });
    const settings = { FACILITATOR_MAX_SPEND_WEI: parseEther("0.7").toString() };
    const facilitator = await startFacilitator(chain, { settings });
    expect((await facilitator.post("/settle", await newPayment())).status).toBe(503);
    await chain.client.setCode({ address: oracle, bytecode: "0x" });
    expect(await facilitator.sent()).toBe(0);
    await facilitator.stop();
  });
});
