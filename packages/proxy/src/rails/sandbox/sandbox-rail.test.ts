import type { LightningOffer, PaymentRequirements, Quote } from "@x402-paywall/core";
import { createKeyRing, decodeBolt11, encodeBolt11 } from "@x402-paywall/core";
import { decode as decodeWithLight } from "light-bolt11-decoder";
import fc from "fast-check";
import { isAddress } from "viem";
import { describe, expect, it } from "vitest";
import { authorize, curve, endpoint, keys, NOW, payInvoice, quote } from "../../../test/sandbox-fixtures.ts";
import { sandboxPayments } from "../../../test/sandbox-payments.ts";
import { nobleCurve } from "../../evm/curve.ts";
import { nodeCrypto } from "../../node/crypto.ts";
import { describeRailContract } from "../../testing/rail-contract.ts";
import { describeInvoice, readDescription } from "../../lightning/invoice-description.ts";
import { createSandboxRail } from "./sandbox-rail.ts";
import { createSandboxWallet } from "./wallet.ts";

const state = { now: NOW * 1000 };
const clock = (): number => state.now;
const options = { keys, crypto: nodeCrypto, clock, curve };
const rail = createSandboxRail(options);
const wallet = createSandboxWallet(options);

function offerOf(priced: Quote): {
  readonly lightning: LightningOffer;
  readonly requirements: PaymentRequirements;
} {
  const offers = rail.offer({ quote: priced, endpoint, resourceUrl: "" });
  if (offers instanceof Promise) throw new Error("the sandbox must not wait");
  const lightning = offers.find((offer) => offer.kind === "lightning");
  const evm = offers.find((offer) => offer.kind === "evm");
  if (lightning === undefined || evm === undefined) throw new Error("an offer is missing");
  return { lightning, requirements: evm.requirements };
}

describeRailContract("sandbox, stateless", async () => ({
  rail,
  endpoint,
  now: NOW,
  payments: sandboxPayments(rail, { remembers: false }),
}));

describe("sandbox offers", () => {
  it("are invoices that an independent decoder reads", () => {
    const { lightning } = offerOf(quote);
    const sections = decodeWithLight(lightning.bolt11).sections;
    const value = (name: string): unknown =>
      sections.find((section) => section.name === name && "value" in section)?.["value" as never];
    expect(value("amount")).toBe("10000");
    expect(value("payment_hash")).toBe(lightning.paymentHash);
    expect(value("description")).toBe("TEST: Wetter  x  für Ä [AAAAAAAAAAAAAAAAAAAAAA ep_demo 10000]");
    expect(lightning).toMatchObject({ network: "regtest", amount: 10_000n });
    expect(lightning.bolt11).toMatch(/^lnbcrt/);
  });

  it("close before the quote does", () => {
    const invoice = decodeBolt11(offerOf(quote).lightning.bolt11);
    expect((invoice?.timestamp ?? 0) + (invoice?.expirySeconds ?? 0)).toBe(quote.expiresAt - 15);
  });

  it("pay to an address of this instance alone", () => {
    const other = createKeyRing([new Uint8Array(32).fill(2)], nodeCrypto);
    expect(isAddress(rail.payTo, { strict: true })).toBe(true);
    expect(createSandboxRail({ ...options, keys: other }).payTo).not.toBe(rail.payTo);
    expect(createSandboxRail({ ...options, curve: nobleCurve }).payTo).toBe(rail.payTo);
  });

  it.each([
    { wires: ["l402"], kinds: ["lightning"] },
    { wires: ["mpp"], kinds: ["lightning"] },
    { wires: ["x402"], kinds: ["evm"] },
    { wires: ["x402", "mpp"], kinds: ["lightning", "evm"] },
    { wires: [], kinds: [] },
  ] as const)("offers what $wires can carry, and signs no invoice for nobody", ({ wires, kinds }) => {
    const offers = rail.offer({ quote, endpoint: { ...endpoint, wires }, resourceUrl: "" });
    expect(offers instanceof Promise ? undefined : offers.map((offer) => offer.kind)).toEqual(kinds);
  });

  it("asks each price in its own amount", () => {
    for (const amount of [1n, 2n, 1n, 10_000n])
      expect(offerOf({ ...quote, amount }).requirements.amount).toBe(amount.toString());
  });

  it("are none in LIVE mode, and nothing is verified there", async () => {
    const live: Quote = { ...quote, mode: "live" };
    expect(rail.offer({ quote: live, endpoint, resourceUrl: "" })).toEqual([]);
    expect(rail.verify(await authorize(rail, quote), live, NOW)).toMatchObject({ ok: false });
    expect(rail.verify(await payInvoice(rail, quote), live, NOW)).toMatchObject({ ok: false });
  });
});

describe("the sandbox wallet", () => {
  it("pays in any process that has the keys, and says what for", () => {
    const { lightning } = offerOf(quote);
    const elsewhere = createSandboxWallet({ ...options, curve: nobleCurve });
    const paid = elsewhere.payInvoice(lightning.bolt11);
    expect(paid).toEqual(wallet.payInvoice(lightning.bolt11));
    expect(paid).toMatchObject({
      quoteId: quote.id,
      endpointId: "ep_demo",
      amount: 10_000n,
      amountMsat: 10_000n,
      mode: "test",
      expiresAt: NOW + 285,
    });
  });

  it("pays nobody else", () => {
    const stranger = createSandboxRail({
      ...options,
      keys: createKeyRing([new Uint8Array(32).fill(2)], nodeCrypto),
    });
    const offers = stranger.offer({ quote, endpoint, resourceUrl: "" });
    const theirs =
      offers instanceof Promise ? undefined : offers.find((offer) => offer.kind === "lightning")?.bolt11;
    for (const each of [
      theirs ?? "",
      "",
      "lnbcrt1",
      "lnbc2500u1pvjluezpp5",
      offerOf(quote).lightning.bolt11.replace(/.$/, (last) => (last === "q" ? "p" : "q")),
    ]) {
      expect(() => wallet.payInvoice(each)).toThrow(expect.objectContaining({ code: "validation_failed" }));
    }
  });

  it("does not believe an invoice that somebody re-signed for another endpoint", () => {
    const { paymentHash, bolt11 } = offerOf(quote).lightning;
    const invoice = decodeBolt11(bolt11);
    if (invoice?.paymentSecret === undefined) throw new Error("no secret");
    const { prefix, timestamp, expirySeconds, paymentSecret } = invoice;
    const description = describeInvoice({ ...quote, endpointId: "ep_victim", amount: 1n }, "x");
    const fields = {
      prefix,
      amountMsat: 1000n,
      timestamp,
      expirySeconds,
      paymentHash,
      paymentSecret,
      description,
    };
    const forged = encodeBolt11(
      fields,
      (digest) => curve.sign(digest, new Uint8Array(32).fill(9)),
      nodeCrypto,
    );
    expect(() => wallet.payInvoice(forged)).toThrow(expect.objectContaining({ code: "validation_failed" }));
  });

  it("pays no invoice after its time", () => {
    const { bolt11 } = offerOf(quote).lightning;
    state.now = (NOW + 285) * 1000;
    expect(() => wallet.payInvoice(bolt11)).toThrow(expect.objectContaining({ code: "payment_expired" }));
    state.now = NOW * 1000;
  });
});

it("reads back what it wrote into an invoice, whatever the title", () => {
  const id = fc.stringMatching(/^[\w-]{1,40}$/);
  fc.assert(
    fc.property(
      id,
      id,
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.string({ unit: "grapheme" }),
      (quoteId, endpointId, amount, title) => {
        const text = describeInvoice({ ...quote, id: quoteId, endpointId, amount }, title);
        expect(readDescription(text)).toEqual({ quoteId, endpointId, amount });
        expect(new TextEncoder().encode(text).length).toBeLessThan(640);
      },
    ),
  );
});
