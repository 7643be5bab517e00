import type { PaymentPayload, PaymentRequirements, Quote } from "@x402-paywall/core";
import {
  formatPaymentRequired,
  openRequirements,
  readCredential,
  readEvmProof,
  sealRequirements,
} from "@x402-paywall/core";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { UptoEvmScheme as UptoFacilitator } from "@x402/evm/upto/facilitator";
import { wrapFetchWithPaymentFromConfig } from "@x402/fetch";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import {
  authorize,
  curve,
  endpoint,
  evmOffers,
  keys,
  meteredQuote,
  permit,
  quote,
} from "../../../test/sandbox-fixtures.ts";
import { nobleCurve } from "../../evm/curve.ts";
import { nodeCrypto } from "../../node/crypto.ts";
import { createSandboxRail } from "./sandbox-rail.ts";

const rail = createSandboxRail({ keys, crypto: nodeCrypto, clock: Date.now, curve });
const now = Math.floor(Date.now() / 1000);
const priced: Quote = { ...meteredQuote, issuedAt: now, expiresAt: now + 300 };
const cap = 250_000n;

/** A resource that costs by usage, as `fetch` sees it: 402 with sealed offers, then what the rail says of the payment. */
function createResource(maximum: bigint) {
  const seen: { payload: PaymentPayload; requirements: PaymentRequirements }[] = [];
  const answer = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const credential = readCredential([...request.headers]);
    if (credential?.wire !== "x402") {
      const accepts = evmOffers(rail, priced, maximum).map(({ requirements }) =>
        sealRequirements(requirements, priced, keys),
      );
      const resource = { url: request.url };
      const required = formatPaymentRequired({ x402Version: 2, resource, accepts });
      return new Response(null, { status: 402, headers: { "PAYMENT-REQUIRED": required } });
    }
    const { payload } = credential;
    const opened = payload.accepted && openRequirements(payload.accepted, keys);
    if (opened === undefined) return new Response("The seal does not open", { status: 400 });
    const proof = readEvmProof(payload, opened.requirements);
    if (proof.kind === "fault") return new Response(proof.detail, { status: 400 });
    seen.push({ payload, requirements: opened.requirements });
    const verification = await rail.verify(proof, opened.quote, now);
    if (!verification.ok) return new Response(verification.detail, { status: 402 });
    const { maximum: signed = null, paymentKey, payer } = verification;
    const settlement = await rail.settle({ paymentKey, endpoint, proof, quote: opened.quote, amount: 123n });
    const settled = settlement.outcome === "settled" ? settlement.settled?.amount : undefined;
    return Response.json({ kind: proof.kind, signed: signed && String(signed), payer, settled });
  };
  return { answer, seen };
}

describe("@x402/fetch, unmodified, with nothing but an account", () => {
  const account = privateKeyToAccount(generatePrivateKey());
  const upto = { network: "eip155:*", client: new UptoEvmScheme(account) } as const;
  const exact = { network: "eip155:*", client: new ExactEvmScheme(account) } as const;

  it.each([
    ["upto alone", [upto]],
    ["both, exact first", [exact, upto]],
    ["both, upto first", [upto, exact]],
  ] as const)("signs the cap where it knows %s", async (_name, schemes) => {
    const pay = wrapFetchWithPaymentFromConfig(createResource(cap).answer, { schemes: [...schemes] });
    const answer = await pay("https://pay.example/p/chat");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      kind: "permit2",
      signed: cap.toString(),
      payer: account.address,
      settled: "123",
    });
  });

  it("pays the deposit where it knows exact alone", async () => {
    const pay = wrapFetchWithPaymentFromConfig(createResource(cap).answer, { schemes: [exact] });
    const answer = await pay("https://pay.example/p/chat");
    expect(await answer.json()).toMatchObject({ kind: "eip3009", signed: null, settled: "1000000" });
  });

  it("falls back to the deposit where the cap is above what it spends at once", async () => {
    const pay = wrapFetchWithPaymentFromConfig(createResource(1_000_001n).answer, { schemes: [upto, exact] });
    expect(await (await pay("https://pay.example/p/chat")).json()).toMatchObject({ kind: "eip3009" });
  });

  it("makes what the official facilitator finds valid, and captures in part", async () => {
    const { answer, seen } = createResource(cap);
    await wrapFetchWithPaymentFromConfig(answer, { schemes: [upto] })("https://pay.example/p/chat");
    const [paid] = seen;
    if (paid === undefined) throw new Error("nothing was paid");
    const facilitatorAddress = paid.requirements.extra["facilitatorAddress"] ?? "";
    const official = new UptoFacilitator(chainOf(facilitatorAddress));
    const check = (requirements: PaymentRequirements) =>
      official.verify(theirPayload(paid.payload), theirRequirements(requirements));
    expect(await check(paid.requirements)).toMatchObject({ isValid: true, payer: account.address });
    expect(await check({ ...paid.requirements, amount: "1" })).toMatchObject({ isValid: false });
    const stranger = new UptoFacilitator(chainOf(`0x${"55".repeat(20)}`));
    expect(
      await stranger.verify(theirPayload(paid.payload), theirRequirements(paid.requirements)),
    ).toMatchObject({
      isValid: false,
    });
    const part = await official.settle(
      theirPayload(paid.payload),
      theirRequirements({ ...paid.requirements, amount: "77" }),
    );
    expect(part).toMatchObject({ success: true, amount: "77" });
  });
});

describe("offers of upto", () => {
  it("come before exact, and only where usage is priced", () => {
    const schemes = (of: Quote) => evmOffers(rail, of).map(({ requirements }) => requirements.scheme);
    expect(schemes(priced)).toEqual(["upto", "exact"]);
    expect(schemes(quote)).toEqual(["exact"]);
    expect(schemes({ ...quote, terms: { kind: "pass", seconds: 60 } })).toEqual(["exact"]);
    expect(schemes({ ...quote, terms: { kind: "uses", uses: 3, seconds: 60 } })).toEqual(["exact"]);
    expect(schemes({ ...priced, terms: { kind: "balance", seconds: 60, into: "ent_x" } })).toEqual(["exact"]);
    expect(evmOffers(rail, priced, 0n).map((offer) => offer.requirements.scheme)).toEqual(["exact"]);
  });

  it("ask for the cap, and for the amount where there is none; exact always asks for the amount", () => {
    const amounts = (maximum?: bigint) =>
      evmOffers(rail, priced, maximum).map(({ requirements }) => requirements.amount);
    expect(amounts(cap)).toEqual(["250000", "1000000"]);
    expect(amounts(2_000_000n)).toEqual(["2000000", "1000000"]);
    expect(amounts()).toEqual(["1000000", "1000000"]);
  });

  it("name a facilitator of this instance alone, the same with each curve", () => {
    const pure = createSandboxRail({ keys, crypto: nodeCrypto, clock: Date.now, curve: nobleCurve });
    const named = evmOffers(rail, priced)[0]?.requirements.extra;
    expect(evmOffers(pure, priced)[0]?.requirements.extra).toEqual(named);
    expect(named).toMatchObject({ assetTransferMethod: "permit2", name: "USDC", version: "2" });
    expect(named?.["facilitatorAddress"]).not.toBe(rail.payTo);
  });

  it("are paid once for each nonce, whoever writes it how", async () => {
    const nonce = 5n;
    const key = async (amount: bigint) => {
      const proof = await permit(rail, meteredQuote, { maximum: amount, authorization: { nonce } });
      const verification = rail.verify(proof, meteredQuote, 1_800_000_000);
      return verification instanceof Promise || !verification.ok ? undefined : verification.paymentKey;
    };
    expect(await key(10n)).toMatch(/^permit2:eip155:84532:0x[0-9a-f]{40}:5$/);
    expect(await key(10n)).toBe(await key(11n));
  });

  it("are not believed for a quote of anything else", async () => {
    const proof = await permit(rail, meteredQuote);
    for (const terms of [quote.terms, { kind: "balance", seconds: 60, into: "ent_x" }] as const)
      expect(rail.verify(proof, { ...meteredQuote, terms }, 1_800_000_000)).toMatchObject({ ok: false });
  });

  it("are no transfers: a proof of one scheme does not pass as the other", async () => {
    const transfer = await authorize(rail, meteredQuote);
    const requirements = { ...transfer.requirements, scheme: "upto" as const };
    expect(rail.verify({ ...transfer, requirements }, meteredQuote, 1_800_000_000)).toMatchObject({
      ok: false,
    });
  });
});

/** A chain on which everything succeeds; signatures are checked for real. */
function chainOf(address: string): ConstructorParameters<typeof UptoFacilitator>[0] {
  const signer = {
    getAddresses: () => [address as `0x${string}`],
    readContract: async () => undefined,
    getCode: async ({ address: asked }: { address: string }) =>
      asked.toLowerCase().startsWith("0x036c") ? "0x60" : undefined,
    writeContract: async () => `0x${"ab".repeat(32)}`,
    waitForTransactionReceipt: async () => ({ status: "success" }),
  };
  return signer as unknown as ConstructorParameters<typeof UptoFacilitator>[0];
}

type Theirs = Parameters<UptoFacilitator["verify"]>;

function theirPayload(payload: unknown): Theirs[0] {
  return payload as Theirs[0];
}

function theirRequirements(requirements: unknown): Theirs[1] {
  return requirements as Theirs[1];
}
