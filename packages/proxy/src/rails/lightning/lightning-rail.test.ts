import { describe, expect, it } from "vitest";
import { openPreimage, type PreimageProof, type Quote } from "@x402-paywall/core";
import { keys, nodeCrypto } from "../../../test/engine-fixtures.ts";
import { liveEndpoint } from "../../../test/lightning-world.ts";
import { createMemoryNode } from "../../../test/memory-node.ts";
import { quote as testQuote } from "../../../test/sandbox-fixtures.ts";
import type { RailClaim } from "../../rail.ts";
import { createMemoryStore } from "../../stores/memory.ts";
import { describeRailContract } from "../../testing/rail-contract.ts";
import { createLightningRail } from "./lightning-rail.ts";

const NOW = testQuote.issuedAt;
const quote: Quote = { ...testQuote, mode: "live", rate: { msatPerUsd: 1_500_000n, asOf: NOW } };
const endpoint = liveEndpoint();

function makeRail() {
  const state = { now: NOW * 1000 };
  const clock = (): number => state.now;
  const node = createMemoryNode(clock);
  const store = createMemoryStore(clock);
  const errors: unknown[] = [];
  const rail = createLightningRail({
    nodes: { find: (id) => (id === "ln_1" ? node : undefined) },
    store,
    network: "regtest",
    keys,
    crypto: nodeCrypto,
    clock,
    onError: (error) => errors.push(error),
  });
  let made = 0;
  const offer = async (of: Quote = quote) => {
    const priced = { ...of, id: `${of.id.slice(0, -3)}${String(made++).padStart(3, "0")}` };
    const [first] = await rail.offer({ quote: priced, endpoint, resourceUrl: "" });
    if (first?.kind !== "lightning") throw new Error("no invoice");
    return { ...first, quote: priced };
  };
  const claimOf = (proof: PreimageProof, of: Quote): RailClaim => {
    const paymentKey = `ln:regtest:${proof.paymentHash}`;
    return { paymentKey, endpoint, proof, quote: of, amount: of.amount };
  };
  /** Paid, and presented. */
  const pay = async (msat?: bigint) => {
    const { bolt11, paymentHash, quote: of } = await offer();
    const preimage = node.pay(bolt11, msat);
    return claimOf({ kind: "preimage", paymentHash, preimage }, of);
  };
  return { rail, node, store, state, errors, offer, pay, claimOf };
}

describeRailContract("lightning", async () => {
  const { rail, node, offer } = makeRail();
  const pay = async (of: Quote): Promise<PreimageProof> => {
    const { bolt11, paymentHash } = await offer(of);
    return { kind: "preimage", paymentHash, preimage: node.pay(bolt11) };
  };
  return {
    rail,
    endpoint,
    now: NOW,
    payments: [
      {
        name: "preimage",
        quote,
        pay,
        remembers: true,
        bad: [
          {
            name: "of another invoice",
            pay: async (of) => ({ ...(await pay(of)), preimage: (await pay(of)).preimage }),
          },
          { name: "random", pay: async (of) => ({ ...(await pay(of)), preimage: "ab".repeat(32) }) },
          { name: "not hexadecimal", pay: async (of) => ({ ...(await pay(of)), preimage: "zz".repeat(32) }) },
        ],
      },
    ],
  };
});

describe("an offer", () => {
  it("asks for the quote's price at its frozen rate, in whole satoshi, and names the quote", async () => {
    const { node, offer } = makeRail();
    const made = await offer();
    expect(made).toMatchObject({ amount: 15_000n, network: "regtest" });
    const [request] = node.requests;
    expect(request?.description).toBe(`Demo API [${made.quote.id} ep_demo 10000]`);
    expect(request?.expirySeconds).toBe(285);
  });

  it("is written down before it is answered, with all that its payment needs", async () => {
    const { store, offer } = makeRail();
    const { paymentHash, quote: of } = await offer();
    expect(await store.findInvoice(paymentHash)).toMatchObject({ quote: of, nodeId: "ln_1", paid: null });
  });

  it("has a preimage that the instance can make again from the quote", async () => {
    const { node, offer } = makeRail();
    const { quote: of } = await offer();
    const source = nodeCrypto.hmac(keys.derive("lightning-preimage"));
    expect(node.requests[0]?.preimage).toEqual(source(new TextEncoder().encode(of.id)));
  });

  it.each([
    ["no rate", { ...quote, rate: { msatPerUsd: 0n, asOf: 0 } }],
    ["no amount", { ...quote, amount: 0n }],
    ["TEST", testQuote],
  ])("is not made for %s", async (_name, of) => {
    const { rail, node } = makeRail();
    expect(await rail.offer({ quote: of, endpoint, resourceUrl: "" })).toEqual([]);
    expect(node.calls.createInvoice).toBe(0);
  });

  it("is refused where the node made another invoice than it was asked for", async () => {
    const { rail, node } = makeRail();
    const { createInvoice } = node;
    node.createInvoice = (request) => createInvoice({ ...request, amountMsat: request.amountMsat - 1000n });
    await expect(rail.offer({ quote, endpoint, resourceUrl: "" })).rejects.toMatchObject({
      failure: "malformed",
    });
  });

  it("is not made on a node of another network", async () => {
    const { node, store } = makeRail();
    const clock = (): number => NOW * 1000;
    const nodes = { find: () => node };
    const rail = createLightningRail({ nodes, store, network: "mainnet", keys, crypto: nodeCrypto, clock });
    await expect(rail.offer({ quote, endpoint, resourceUrl: "" })).rejects.toMatchObject({
      failure: "malformed",
    });
  });

  it("leaves a node alone that failed twice, and tries it again after a moment", async () => {
    const { rail, node, state, offer } = makeRail();
    node.fault = "unreachable";
    for (let round = 0; round < 2; round++)
      await expect(offer()).rejects.toMatchObject({ failure: "unreachable" });
    for (let round = 0; round < 3; round++)
      await expect(offer()).rejects.toMatchObject({ code: "rail_unavailable" });
    expect(node.calls.createInvoice).toBe(2);
    node.fault = undefined;
    state.now += 2_001;
    expect(await rail.offer({ quote, endpoint, resourceUrl: "" })).toHaveLength(1);
    expect(await offer()).toMatchObject({ kind: "lightning" });
  });
});

describe("a payment", () => {
  it("is confirmed by the node, settled for what arrived, and written down sealed", async () => {
    const { rail, store, pay } = makeRail();
    const claim = await pay(16_000n);
    expect(await rail.confirm?.(claim)).toEqual({ outcome: "confirmed" });
    const { proof } = claim;
    if (proof.kind !== "preimage") throw new Error("no preimage");
    expect(await rail.settle(claim)).toMatchObject({
      outcome: "settled",
      reference: proof.paymentHash,
      settled: { asset: "BTC", amount: "16000", unit: "msat", network: "regtest" },
    });
    const paid = (await store.findInvoice(proof.paymentHash))?.paid;
    expect(paid?.sealedPreimage).not.toContain(proof.preimage);
    const opened = openPreimage(paid?.sealedPreimage ?? "", proof.paymentHash, keys, nodeCrypto);
    expect(opened).toBe(proof.preimage);
  });

  it("is not believed where the invoice is open, held, closed or unknown, or where less arrived", async () => {
    const { rail, node, offer, claimOf, pay } = makeRail();
    const { paymentHash, quote: of } = await offer();
    const preimage = Buffer.from(node.requests[0]?.preimage ?? []).toString("hex");
    const claim = claimOf({ kind: "preimage", paymentHash, preimage }, of);
    expect(await rail.confirm?.(claim)).toMatchObject({ outcome: "refused", code: "verification_failed" });
    // Its money may still arrive, so the payer is not asked for more.
    node.set(paymentHash, "held");
    expect(await rail.confirm?.(claim)).toMatchObject({ outcome: "unavailable" });
    node.set(paymentHash, "closed");
    expect(await rail.confirm?.(claim)).toMatchObject({ outcome: "refused", code: "payment_expired" });
    const stranger = claimOf({ kind: "preimage", paymentHash: "cd".repeat(32), preimage }, of);
    expect(await rail.confirm?.(stranger)).toMatchObject({ outcome: "refused" });
    expect(await rail.confirm?.(await pay(14_999n))).toMatchObject({
      outcome: "refused",
      code: "payment_insufficient",
    });
  });

  it("waits while its node is away, and needs it no more once it was seen paid", async () => {
    const { rail, node, errors, pay } = makeRail();
    const claim = await pay();
    node.fault = "unreachable";
    expect(await rail.confirm?.(claim)).toMatchObject({ outcome: "unavailable" });
    expect(await rail.settle(claim)).toMatchObject({ outcome: "unavailable" });
    expect(await rail.status(claim.paymentKey, null)).toMatchObject({ outcome: "unknown" });
    node.fault = undefined;
    expect(await rail.confirm?.(claim)).toEqual({ outcome: "confirmed" });
    node.fault = "unreachable";
    expect(await rail.settle(claim)).toMatchObject({ outcome: "settled" });
    expect(await rail.status(claim.paymentKey, null)).toMatchObject({ outcome: "settled" });
    expect(JSON.stringify(errors)).not.toContain(claim.proof.kind === "preimage" ? claim.proof.preimage : "");
  });

  it("is found by who waits for it, once a second at most", async () => {
    const { rail, node, state, offer } = makeRail();
    const { bolt11, paymentHash } = await offer();
    expect(await rail.findPayment?.(paymentHash, endpoint, undefined)).toBeUndefined();
    node.pay(bolt11);
    expect(await rail.findPayment?.(paymentHash, endpoint, undefined)).toBeUndefined();
    expect(node.calls.lookUp).toBe(1);
    state.now += 1_000;
    expect(await rail.findPayment?.(paymentHash, endpoint, undefined)).toMatchObject({
      receivedMsat: 15_000n,
    });
  });
});
