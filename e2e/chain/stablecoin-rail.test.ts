import { describeRailContract, type RailFault } from "@x402-paywall/proxy/testing";
import { setTimeout as sleep } from "node:timers/promises";
import type { Eip3009Proof, Permit2Proof, Quote } from "@x402-paywall/core";
import type { RailClaim } from "@x402-paywall/proxy";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { cancelAuthorization } from "./cancel-authorization.ts";
import type { FacilitatorMode } from "./facilitator-modes.ts";
import { PERMIT2_ADDRESS } from "@x402/evm";
import { encodeFunctionData, parseAbi } from "viem";
import { startFacilitator } from "./hosted-facilitator.ts";
import { asHex, railPayments, signPermit, signTransfer } from "./rail-payments.ts";
import { createRailWorld } from "./rail-world.ts";
import { type Chain, usdcAbi } from "./start-chain.ts";

// Sixteen ways to misbehave, three kinds of payments each.
vi.setConfig({ testTimeout: 90_000 });

type World = Awaited<ReturnType<typeof createRailWorld>>;
let world: World;
beforeAll(async () => {
  world = await createRailWorld({ facilitators: 2, timeoutMs: 600, confirmMs: 1_500 });
}, 60_000);
afterAll(() => world.close());

/** What the chain says that payee got from payer, by the facilitators' own books. */
function listCharges({ facilitators }: World, paymentKey: string): readonly bigint[] {
  const nonce = paymentKey.split(":").at(-1);
  return facilitators
    .flatMap(({ settlements }) => settlements)
    .filter((settlement) => settlement.nonce.toLowerCase() === nonce)
    .map(({ amount }) => amount);
}

function fault({ facilitators }: World, mode: FacilitatorMode): RailFault {
  return {
    name: mode,
    start: async () => {
      await Promise.all(facilitators.map((each) => each.misbehave(mode, { afterMs: 1_000 })));
    },
    stop: async () => {
      await Promise.all(facilitators.map((each) => each.behave()));
    },
  };
}

describeRailContract("stablecoin, on a chain", async () => {
  const { rail, endpoint, now, payer, quote, metered } = world;
  const modes: readonly FacilitatorMode[] = [
    "down",
    "reset",
    "drop-reply",
    "late",
    "lie-success",
    "other-transaction",
    "wrong-payee",
    "success-without-transaction",
    "error-500",
    "rate-limit",
    "html",
    "garbage",
    "pending",
    "duplicate",
  ];
  return {
    rail,
    endpoint,
    now,
    payments: railPayments(payer, quote, metered),
    listCharges: async (paymentKey) => listCharges(world, paymentKey),
    faults: modes.map((mode) => fault(world, mode)),
  };
});

/** As the engine asks it: with the note that was written down. */
async function claimOf(
  { rail, endpoint, now }: World,
  proof: Eip3009Proof | Permit2Proof,
  quote: Quote,
  amount?: bigint,
): Promise<RailClaim & { readonly note: string }> {
  const verification = await rail.verify(proof, quote, now);
  if (!verification.ok) throw new Error(verification.detail);
  const { paymentKey, maximum = quote.amount } = verification;
  const claim = { paymentKey, endpoint, proof, quote, amount: amount ?? maximum };
  return { ...claim, note: rail.note?.(claim) ?? "" };
}

describe("the stablecoin rail", () => {
  it("pays the creator on the chain, and says which transaction did", async () => {
    const { rail, payer, quote, payTo, chain } = world;
    const before = await chain.balanceOf(payTo);
    const claim = await claimOf(world, await signTransfer(payer, quote), quote);
    expect(await rail.confirm?.(claim)).toEqual({ outcome: "confirmed" });
    expect(await rail.settle(claim)).toMatchObject({
      outcome: "settled",
      reference: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      settled: { asset: "USDC", amount: "10000", unit: "1e-6", network: "eip155:84532" },
    });
    expect((await chain.balanceOf(payTo)) - before).toBe(10_000n);
  });

  it("writes no signature down", async () => {
    const proof = await signPermit(world.payer, world.metered, "upto");
    const { note } = await claimOf(world, proof, world.metered);
    expect(note.toLowerCase()).not.toContain(proof.signature.slice(2, 40).toLowerCase());
    expect(note).not.toContain(world.facilitators[0]?.url ?? "no url");
  });

  it("believes no facilitator that pays less out of its own pocket, and is paid once afterwards", async () => {
    const { rail, payer, quote, facilitators } = world;
    const claim = await claimOf(world, await signTransfer(payer, quote), quote);
    await Promise.all(facilitators.map((each) => each.misbehave("wrong-amount", { times: 1 })));
    expect(await rail.settle(claim)).toMatchObject({ outcome: "unknown" });
    await Promise.all(facilitators.map((each) => each.behave()));
    expect(await rail.status(claim.paymentKey, claim.note)).toMatchObject({ outcome: "unsettled" });
    expect(await rail.settle({ ...claim, repeated: true })).toMatchObject({ outcome: "settled" });
    expect(listCharges(world, claim.paymentKey)).toEqual([10_000n]);
  });

  it("says what was captured, whatever was asked for", async () => {
    const { rail, payer, metered, facilitators } = world;
    const claim = await claimOf(world, await signPermit(payer, metered, "upto"), metered, 70_000n);
    await Promise.all(facilitators.map((each) => each.misbehave("wrong-amount", { times: 1 })));
    const settlement = await rail.settle(claim);
    await Promise.all(facilitators.map((each) => each.behave()));
    expect(settlement).toMatchObject({ outcome: "settled", settled: { amount: "69999" } });
    expect(await rail.status(claim.paymentKey, claim.note)).toEqual(settlement);
  });

  it("does not take one transaction for two payments", async () => {
    const { rail, payer, metered, chain, facilitators } = world;
    const paid = await claimOf(world, await signPermit(payer, metered, "upto"), metered, 5n);
    const settlement = await rail.settle(paid);
    if (settlement.outcome !== "settled") throw new Error(settlement.outcome);
    // A permit of the same payer, payee and amount: the facilitator names the transaction of the other one.
    const second = await claimOf(world, await signPermit(payer, metered, "upto"), metered, 5n);
    await Promise.all(facilitators.map((each) => each.misbehave("other-transaction", { times: 1 })));
    expect(await rail.settle(second)).toMatchObject({ outcome: "unknown" });
    await Promise.all(facilitators.map((each) => each.behave()));
    const before = await chain.balanceOf(world.payTo);
    expect(await rail.settle({ ...second, repeated: true })).toMatchObject({ outcome: "settled" });
    expect((await chain.balanceOf(world.payTo)) - before).toBe(5n);
  });

  it("never sends a repetition elsewhere, and calls no refusal of it a failure", async () => {
    const { rail, payer, quote, facilitators } = world;
    const claim = await claimOf(world, await signTransfer(payer, quote), quote);
    const [first, second] = facilitators;
    if (first === undefined || second === undefined) throw new Error("two facilitators");
    await first.misbehave("error-500");
    await second.misbehave("error-500");
    expect(await rail.settle(claim)).toMatchObject({ outcome: "unknown" });
    await first.behave();
    await second.behave();
    await first.misbehave("refuse-settle");
    await second.misbehave("refuse-settle");
    expect(await rail.settle({ ...claim, repeated: true })).toMatchObject({ outcome: "unknown" });
    await first.behave();
    await second.behave();
    expect(requestsAbout(world, claim).toSorted()).toEqual([0, 2]);
  });

  it("takes no signature that has paid the same address at another server", async () => {
    const { rail, payer, quote, chain } = world;
    const elsewhere = await startFacilitator(chain);
    try {
      for (const proof of [await signTransfer(payer, quote), await signPermit(payer, quote, "exact")]) {
        await settleAt(elsewhere.url, proof);
        // Presented after that: nobody is asked, so no facilitator's memory of it can count either.
        const claim = await claimOf(world, proof, quote);
        expect(await rail.settle(claim)).toMatchObject({ outcome: "failed" });
        expect(requestsAbout(world, claim)).toEqual([0, 0]);
      }
    } finally {
      await elsewhere.close();
    }
  });

  it.each([
    ["is slower", "slow"],
    ["lies", "lie-success"],
  ] as const)(
    "nor one that another server settles meanwhile, where its own facilitator %s",
    async (_, mode) => {
      const { rail, payer, quote, chain, facilitators } = world;
      const elsewhere = await startFacilitator(chain);
      try {
        const proof = await signTransfer(payer, quote);
        const claim = await claimOf(world, proof, quote);
        await Promise.all(facilitators.map((each) => each.misbehave(mode, { times: 1, afterMs: 300 })));
        const settling = rail.settle(claim);
        await expect.poll(() => requestsAbout(world, claim)).toContain(1);
        await settleAt(elsewhere.url, proof);
        expect(await settling).toMatchObject({ outcome: "failed" });
      } finally {
        await Promise.all(facilitators.map((each) => each.behave()));
        await elsewhere.close();
      }
    },
  );

  it("finds no permit in the bytes that another one was signed with", async () => {
    const { rail, payer, metered, chain } = world;
    const paid = await signPermit(payer, metered, "upto");
    expect(await rail.settle(await claimOf(world, paid, metered, 5n))).toMatchObject({ outcome: "settled" });
    // Its nonce is the first half of that signature, which stands in the calldata of the payment above.
    const nonce = BigInt(paid.signature.slice(0, 66));
    const forged = await claimOf(world, await signPermit(payer, metered, "upto", { nonce }), metered, 5n);
    await chain.client.setBalance({ address: payer.account.address, value: 10n ** 19n });
    const hash = await chain.connect(payer.account).writeContract({
      address: PERMIT2_ADDRESS,
      abi: parseAbi(["function invalidateUnorderedNonces(uint256 wordPos, uint256 mask)"]),
      functionName: "invalidateUnorderedNonces",
      args: [nonce >> 8n, 1n << (nonce & 0xffn)],
    });
    await chain.include(hash);
    expect((await rail.settle({ ...forged, repeated: true })).outcome).not.toBe("settled");
    expect((await rail.status(forged.paymentKey, forged.note)).outcome).not.toBe("settled");
  });

  it("takes no transfer of another signature that stands in the same transaction", async () => {
    const { rail, payer, quote, chain } = world;
    const shown = await signTransfer(payer, quote);
    const claim = await claimOf(world, shown, quote);
    const stranger = `0x${"33".repeat(20)}`;
    const { nonce } = shown.authorization;
    const spent = await signTransfer(payer, quote, { nonce, to: stranger, value: 1n });
    const other = await signTransfer(payer, quote);
    await sendTogether(chain, [other, spent]);
    expect(await rail.status(claim.paymentKey, claim.note)).toMatchObject({ outcome: "failed" });
  });

  it("counts what its own facilitator has sent, even where that says no", async () => {
    const { rail, payer, quote, facilitators } = world;
    const claim = await claimOf(world, await signTransfer(payer, quote), quote);
    await Promise.all(facilitators.map((each) => each.misbehave("lie-failure", { times: 1 })));
    expect(await rail.settle(claim)).toMatchObject({ outcome: "settled" });
    await Promise.all(facilitators.map((each) => each.behave()));
    expect(listCharges(world, claim.paymentKey)).toEqual([10_000n]);
  });

  it("knows a payment dead whose payer has cancelled it", async () => {
    const { rail, payer, quote, chain } = world;
    const proof = await signTransfer(payer, quote);
    const claim = await claimOf(world, proof, quote);
    await cancelAuthorization(chain, payer.account, asHex(proof.authorization.nonce));
    expect(await rail.settle(claim)).toMatchObject({ outcome: "failed" });
    expect(await rail.status(claim.paymentKey, claim.note)).toMatchObject({
      outcome: "failed",
      detail: expect.stringContaining("cancelled"),
    });
  });
});

/** One transaction that settles several authorizations, in their order. */
async function sendTogether(chain: Chain, proofs: readonly Eip3009Proof[]): Promise<void> {
  const calls = proofs.map(({ authorization, signature }) => {
    const { from, to, value, validAfter, validBefore, nonce } = authorization;
    const args = [
      asHex(from),
      asHex(to),
      value,
      validAfter,
      validBefore,
      asHex(nonce),
      asHex(signature),
    ] as const;
    const callData = encodeFunctionData({ abi: usdcAbi, functionName: "transferWithAuthorization", args });
    return { target: chain.asset, callData };
  });
  const hash = await chain.client.writeContract({
    address: "0xcA11bde05977b3631167028862bE2a173976CA11",
    abi: parseAbi([
      "function tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls) payable",
    ]),
    functionName: "tryAggregate",
    args: [true, calls],
  });
  await chain.include(hash);
}

/** As another server would, that sells for the same address. */
async function settleAt(url: string, proof: Eip3009Proof | Permit2Proof): Promise<void> {
  const { requirements: asked } = proof;
  const requirements = { ...asked, extra: { ...asked.extra } };
  const payload = toPayload(proof);
  const paymentPayload = { x402Version: 2, accepted: requirements, payload };
  const answer = await fetch(`${url}/settle`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ x402Version: 2, paymentPayload, paymentRequirements: requirements }),
  });
  expect(await answer.json()).toMatchObject({ success: true });
}

function toPayload({ authorization, signature, ...proof }: Eip3009Proof | Permit2Proof): object {
  const text = (value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);
  const fields = Object.fromEntries(
    Object.entries(authorization).map(([name, value]) => [name, text(value)]),
  );
  if (proof.kind === "eip3009") return { signature, authorization: fields };
  const { from, token, amount, spender, nonce, deadline, to, validAfter } = fields;
  const witness = { to, validAfter };
  return {
    signature,
    permit2Authorization: { from, permitted: { token, amount }, spender, nonce, deadline, witness },
  };
}

function requestsAbout({ facilitators }: World, claim: RailClaim): readonly number[] {
  return facilitators.map(({ requests }) => requests.filter((each) => isAbout(each, claim)).length);
}

function isAbout(request: { readonly payload?: unknown }, { proof }: RailClaim): boolean {
  return (
    proof.kind === "eip3009" && JSON.stringify(request.payload ?? {}).includes(proof.authorization.nonce)
  );
}

describe("confirmations", () => {
  it("are waited for", async () => {
    const deep = await createRailWorld({ confirmations: 3, confirmMs: 4_000 });
    try {
      const { rail, payer, quote, chain } = deep;
      const claim = await claimOf(deep, await signTransfer(payer, quote), quote);
      let mined = 1;
      const settling = rail.settle(claim).then((settlement) => [settlement, mined] as const);
      for (; mined < 3; mined++) {
        await sleep(700);
        await chain.client.mine({ blocks: 1 });
      }
      const [settlement, depth] = await settling;
      expect(settlement).toMatchObject({ outcome: "settled" });
      expect(depth).toBe(3);
    } finally {
      await deep.close();
    }
  }, 30_000);
});
