import { describe, expect, it } from "vitest";
import {
  evmOffer,
  keys,
  lightningOffer,
  makeInvoice,
  now,
  paymentHash,
  preimage,
  quote,
} from "../../test-support/fixtures.ts";
import { nodeCrypto } from "../../test-support/node-crypto.ts";
import { toBase64 } from "../base64.ts";
import { formatL402Challenge, mintL402 } from "../wire/l402.ts";
import { lightningChargeRequest } from "../wire/mpp-lightning.ts";
import {
  encodeChallengeRequest,
  formatPaymentChallenge,
  parsePaymentCredential,
} from "../wire/payment-auth.ts";
import { formatPaymentRequired, parsePaymentPayload } from "../wire/x402.ts";
import type { PaymentRequirements } from "../wire/x402.ts";
import { readEvmOffers } from "./evm-offers.ts";
import { readLightningOffers } from "./lightning-offers.ts";
import type { PayingContext } from "./payable-offer.ts";
import { defaultTokens } from "./wallets.ts";
import type { TransferTypedData } from "./wallets.ts";

const signed: TransferTypedData[] = [];
const context: PayingContext = {
  lightning: {
    wallet: { payInvoice: async () => ({ preimage: preimage.toUpperCase() }) },
    rateMsatPerUsd: 1_000_000n,
  },
  evm: {
    wallet: {
      address: "0xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      signTypedData: async (data) => {
        signed.push(data);
        return `0x${"ab".repeat(65)}`;
      },
    },
    tokens: defaultTokens,
  },
  now: () => now,
  randomBytes: (length) => new Uint8Array(length).fill(7),
};

const token = mintL402({ quote, paymentHash, slug: "weather", keys, crypto: nodeCrypto });
const l402 = formatL402Challenge({ token, bolt11: lightningOffer.bolt11 });
const slots = { id: "i", realm: "r", method: "lightning", intent: "charge" };
const mpp = formatPaymentChallenge({
  ...slots,
  request: lightningChargeRequest({ quote, offer: lightningOffer }),
});

describe("readLightningOffers", () => {
  it("reads both wires from one joined header, and prices them at the payer's rate", async () => {
    const offers = readLightningOffers(`${l402}, ${mpp}`, context, false);
    expect(offers.map(({ wire, amountUsd }) => [wire, amountUsd])).toEqual([
      ["l402", 10_000n],
      ["mpp", 10_000n],
    ]);
    expect(await offers[0]?.pay()).toEqual(["Authorization", `L402 ${token}:${preimage}`]);
    const [name, value] = (await offers[1]?.pay()) ?? [];
    expect(name).toBe("Authorization");
    expect(parsePaymentCredential(value ?? "")).toMatchObject({ challenge: slots, payload: { preimage } });
  });
  it("rounds a price up, never down", () => {
    const line = formatL402Challenge({ token, bolt11: makeInvoice({ amountMsat: 1000n }) });
    const rate = {
      ...context,
      lightning: context.lightning && { ...context.lightning, rateMsatPerUsd: 3_000_000n },
    };
    expect(readLightningOffers(line, rate, false)[0]?.amountUsd).toBe(334n);
  });
  it("answers LSAT as LSAT, and takes a foreign macaroon whose inside it cannot read", async () => {
    const foreign = toBase64(new Uint8Array(40).fill(1));
    const [offer] = readLightningOffers(
      `LSAT macaroon="${foreign}", invoice="${lightningOffer.bolt11}"`,
      context,
      false,
    );
    expect(await offer?.pay()).toEqual(["Authorization", `LSAT ${foreign}:${preimage}`]);
  });
  it("takes other servers' charges: without hash and network, in BTC's name", () => {
    const request = (members: Record<string, string>) =>
      encodeChallengeRequest({
        currency: "sat",
        ...members,
        methodDetails: { invoice: lightningOffer.bolt11 },
      });
    const read = (members: Record<string, string>) =>
      readLightningOffers(formatPaymentChallenge({ ...slots, request: request(members) }), context, false)
        .length;
    expect(read({ amount: "10" })).toBe(1);
    expect(read({ amount: "10", currency: "BTC" })).toBe(1);
    expect(read({ amount: "10", currency: "usd" })).toBe(0);
    expect(read({ amount: "9" })).toBe(0);
    expect(read({ amount: "010" })).toBe(0);
    expect(read({})).toBe(0);
  });
  it("uses Payment-Authorization, and no L402, where Authorization is taken", async () => {
    const offers = readLightningOffers(`${l402}, ${mpp}`, context, true);
    expect(offers.map((offer) => offer.wire)).toEqual(["mpp"]);
    expect((await offers[0]?.pay())?.[0]).toBe("Payment-Authorization");
  });
  it.each([
    ["no wallet", l402, { ...context, lightning: undefined }],
    ["an invoice without an amount", l402.replace(/lnbcrt100n/, "lnbcrt"), context],
    ["no token", `L402 invoice="${lightningOffer.bolt11}"`, context],
    ["no invoice", `L402 macaroon="${token}"`, context],
    ["a header that does not parse", `${l402}, "`, context],
    ["another method", mpp.replace('method="lightning"', 'method="tempo"'), context],
    ["nothing", "", context],
  ])("offers nothing with %s", (_name, value, changed) => {
    expect(readLightningOffers(value, changed, false)).toEqual([]);
  });
});

describe("readEvmOffers", () => {
  const read = (...accepts: PaymentRequirements[]) =>
    readEvmOffers(
      formatPaymentRequired({ x402Version: 2, resource: { url: "https://x.example" }, accepts }),
      context,
    );
  const { requirements } = evmOffer;

  it("signs exactly what was offered, in the token's own domain", async () => {
    const lying = { ...requirements, extra: { name: "Fake", version: "9" } };
    const [offer] = read(lying);
    expect(offer).toMatchObject({ wire: "x402", amountUsd: 10_000n });
    const [name, value] = (await offer?.pay()) ?? [];
    expect(name).toBe("PAYMENT-SIGNATURE");
    expect(signed.at(-1)).toMatchObject({
      domain: { name: "USDC", version: "2", chainId: 84532, verifyingContract: requirements.asset },
      primaryType: "TransferWithAuthorization",
      message: {
        to: requirements.payTo,
        value: 10_000n,
        validAfter: BigInt(now - 600),
        validBefore: BigInt(now + 300),
        nonce: `0x${"07".repeat(32)}`,
      },
    });
    expect(parsePaymentPayload(value ?? "")).toMatchObject({ x402Version: 2, accepted: lying });
  });
  it("signs nothing that lasts longer than an hour", async () => {
    await read({ ...requirements, maxTimeoutSeconds: 10 ** 9 })[0]?.pay();
    expect(signed.at(-1)?.message.validBefore).toBe(BigInt(now + 3600));
    await read({ ...requirements, maxTimeoutSeconds: -5 })[0]?.pay();
    expect(signed.at(-1)?.message.validBefore).toBe(BigInt(now + 1));
  });
  it("knows its tokens in any case of writing", () => {
    expect(read({ ...requirements, asset: "0x036cbd53842c5426634e7929541ec2318f3dcf7e" })).toHaveLength(1);
  });
  it.each<[string, Partial<PaymentRequirements>]>([
    ["the scheme upto", { scheme: "upto" }],
    ["another token", { asset: `0x${"12".repeat(20)}` }],
    ["the right token on another chain", { network: "eip155:8453" }],
    ["an escrow", { extra: { paymentFlow: "escrow" } }],
    ["Permit2", { extra: { assetTransferMethod: "permit2" } }],
    ["a payee that is none", { payTo: "0x12" }],
  ])("offers nothing for %s", (_name, changes) => {
    expect(read({ ...requirements, ...changes })).toEqual([]);
  });
  it("offers nothing without a wallet or a readable header", () => {
    const value = formatPaymentRequired({ x402Version: 2, resource: { url: "x" }, accepts: [requirements] });
    expect(readEvmOffers(value, { ...context, evm: undefined })).toEqual([]);
    expect(readEvmOffers("", context)).toEqual([]);
    expect(readEvmOffers("%%%", context)).toEqual([]);
  });
});
