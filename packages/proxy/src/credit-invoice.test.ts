import { createHash } from "node:crypto";
import type { Quote } from "@x402-paywall/core";
import {
  entitlementIdOf,
  formatJwks,
  lightningPaymentKey,
  openPreimage,
  verifyReceipt,
} from "@x402-paywall/core";
import { beforeEach, describe, expect, it } from "vitest";
import { createSigner, keys, nodeCrypto, verifyEd25519 } from "../test/engine-fixtures.ts";
import { creditInvoice, type CreditInvoiceContext } from "./credit-invoice.ts";
import type { Credit, CreditStore, InvoiceRecord } from "./store.ts";
import { createMemoryStore, type MemoryStore } from "./stores/memory.ts";

const now = 1_800_000_000;
const preimage = "11".repeat(32);
const paymentHash = createHash("sha256").update(Buffer.from(preimage, "hex")).digest("hex");
const paymentKey = lightningPaymentKey("regtest", paymentHash);

const quote: Quote = {
  id: "q_1",
  mode: "live",
  endpointId: "ep_1",
  routeId: null,
  priceVersion: 1,
  // 12.5 sat, so 13.
  amount: 10_000n,
  terms: { kind: "use" },
  rate: { msatPerUsd: 1_250_000n, asOf: now },
  bindingHash: "x".repeat(43),
  issuedAt: now,
  expiresAt: now + 300,
};
const invoice: InvoiceRecord = {
  paymentHash,
  bolt11: "lnbcrt1",
  quoteId: quote.id,
  endpointId: quote.endpointId,
  workspaceId: "ws_1",
  mode: "live",
  amount: quote.amount,
  expiresAt: quote.expiresAt,
  quote,
  nodeId: "ln_1",
  shared: false,
  paid: null,
};

let memory: MemoryStore;
let credits: Credit[];
let context: CreditInvoiceContext;
let outcome: Awaited<ReturnType<CreditStore["credit"]>>;
const signer = createSigner();
beforeEach(async () => {
  memory = createMemoryStore();
  await memory.saveInvoice(invoice);
  credits = [];
  outcome = "credited";
  const credit: CreditStore["credit"] = async (each) => {
    // What is written down about the invoice stands before its money does.
    expect((await memory.findInvoice(paymentHash))?.paid).not.toBeNull();
    credits.push(each);
    return outcome;
  };
  const store = { ...memory, credit };
  context = { store, keys, signer, crypto: nodeCrypto, network: "regtest", clock: () => (now + 30) * 1000 };
});

const arrive = (msat: bigint, record: InvoiceRecord = invoice, at = now + 20) =>
  creditInvoice(record, { paymentHash, receivedMsat: msat, settledAt: at, preimage }, context);

describe("creditInvoice", () => {
  it("writes down what arrived as if it had been presented and not served", async () => {
    expect(await arrive(13_000n)).toBe("credited");
    const [{ claim, record, short } = {}] = credits;
    expect(claim).toEqual({ paymentKey, workspaceId: "ws_1", quote, rail: "lightning", wire: "l402" });
    expect(short).toBe(false);
    expect(record?.entitlement).toBeUndefined();
    expect(record?.receipt).toMatchObject({
      mode: "live",
      quoteId: quote.id,
      bindingHash: quote.bindingHash,
      rail: "lightning",
      paymentKey,
      amount: 10_000n,
      settled: { asset: "BTC", amount: "13000", unit: "msat", network: "regtest" },
      reference: paymentHash,
      settledAt: now + 30,
    });
    const jws = record?.jws ?? "";
    expect(await verifyReceipt(jws, formatJwks([signer]), verifyEd25519)).toEqual(record?.receipt);
    const paid = (await memory.findInvoice(paymentHash))?.paid;
    expect(paid).toMatchObject({ receivedMsat: 13_000n, at: now + 20 });
    expect(paid?.sealedPreimage).not.toBe(preimage);
    expect(openPreimage(paid?.sealedPreimage ?? "", paymentHash, keys, nodeCrypto)).toBe(preimage);
  });

  it.each([
    ["too much", 26_000n, now + 20],
    ["late", 13_000n, quote.expiresAt + 3_600],
  ])("honours what is %s, and says what it was", async (_name, msat, at) => {
    expect(await arrive(msat, invoice, at)).toBe("credited");
    expect(credits[0]?.short).toBe(false);
    expect(credits[0]?.record.receipt).toMatchObject({
      amount: 10_000n,
      settled: { amount: `${msat}`, unit: "msat" },
    });
  });

  it("owes back what is too little, also by a millisatoshi: it buys nothing", async () => {
    const uses = { ...quote, terms: { kind: "uses", uses: 5, seconds: 60 } } as const;
    expect(await arrive(12_999n, { ...invoice, quote: uses })).toBe("short");
    const [{ record, short } = {}] = credits;
    expect(short).toBe(true);
    expect(record?.entitlement).toBeUndefined();
    expect(record?.receipt).toMatchObject({ amount: 10_399n, settled: { amount: "12999" } });
  });

  it("opens what was bought, under the id that its credential finds it by", async () => {
    const terms = { kind: "uses", uses: 5, seconds: 60 } as const;
    await arrive(13_000n, { ...invoice, quote: { ...quote, terms } });
    expect(credits[0]?.record.entitlement).toMatchObject({
      id: entitlementIdOf(paymentKey, nodeCrypto),
      kind: "uses",
      uses: 5,
      expiresAt: now + 90,
    });
  });

  it("says what became of it, and keeps what was noted first", async () => {
    await arrive(13_000n);
    for (const each of ["held", "known"] as const) {
      outcome = each;
      expect(await arrive(99_000n)).toBe(each);
      expect(await arrive(1n)).toBe(each);
    }
    expect((await memory.findInvoice(paymentHash))?.paid).toMatchObject({ receivedMsat: 13_000n });
  });

  it("stays away from what was not quoted for LIVE money", async () => {
    expect(await arrive(13_000n, { ...invoice, quote: null })).toBe("foreign");
    expect(await arrive(13_000n, { ...invoice, quote: { ...quote, mode: "test" } })).toBe("foreign");
    expect(credits).toEqual([]);
  });
});
