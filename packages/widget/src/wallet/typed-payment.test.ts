import { formatPaymentPayload, parsePaymentPayload, readEvmProof } from "@x402-paywall/core";
import type { PaymentRequirements } from "@x402-paywall/core";
import { ExactEvmScheme, UptoEvmScheme } from "@x402/evm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeWallet } from "../../cases/fake-wallet.ts";
import { ContractSignature, signPayment } from "./sign-payment.ts";
import { isPermit2 } from "./typed-payment.ts";

const transfer: PaymentRequirements = {
  scheme: "exact",
  network: "eip155:84532",
  amount: "10000",
  asset: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
  payTo: "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
  maxTimeoutSeconds: 300,
  extra: { name: "USDC", version: "2", quote: "q1~…", seal: "s" },
};
const permit: PaymentRequirements = {
  ...transfer,
  extra: { ...transfer.extra, assetTransferMethod: "permit2" },
};
const maximum: PaymentRequirements = {
  ...permit,
  scheme: "upto",
  extra: { ...permit.extra, facilitatorAddress: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
};
const NOW = 1_800_000_000;
const NONCE = new Uint8Array(32).map((_, at) => 7 * at + 1);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1000, toFake: ["Date"] });
  vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((into) => {
    if (into instanceof Uint8Array) into.set(NONCE);
    return into;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** What the official client would send: the same key, the same moment, the same random bytes. */
async function official(requirements: PaymentRequirements, wallet: FakeWallet): Promise<object> {
  const scheme =
    requirements.scheme === "upto" ? new UptoEvmScheme(wallet.account) : new ExactEvmScheme(wallet.account);
  const { payload } = await scheme.createPaymentPayload(2, {
    ...requirements,
    network: "eip155:84532",
    extra: { ...requirements.extra },
  });
  return payload;
}

describe("what is signed is what the official client signs", () => {
  test.each([
    ["exact by EIP-3009", transfer],
    ["exact by Permit2", permit],
    ["upto", maximum],
  ])("%s", async (_, requirements) => {
    const wallet = new FakeWallet();
    const header = await signPayment(wallet, wallet.account.address, requirements, NOW);
    const payload = parsePaymentPayload(header);
    expect(payload?.accepted).toEqual(requirements);
    // Field by field, signature included: the hash that was signed is the same.
    expect(payload?.payload).toEqual(await official(requirements, wallet));
    expect(payload && readEvmProof(payload)).toMatchObject({
      kind: isPermit2(requirements) ? "permit2" : "eip3009",
    });
  });

  test("another chain, amount or payee is another signature", async () => {
    const wallet = new FakeWallet();
    const sign = (changes: Partial<PaymentRequirements>) =>
      signPayment(wallet, wallet.account.address, { ...transfer, ...changes }, NOW);
    const signatures = await Promise.all(
      [
        {},
        { network: "eip155:8453" },
        { amount: "10001" },
        { payTo: maximum.extra["facilitatorAddress"] ?? "" },
      ].map(async (changes) => parsePaymentPayload(await sign(changes))?.payload.signature),
    );
    expect(new Set(signatures).size).toBe(4);
  });
});

describe("a wallet's answer", () => {
  const wallet = new FakeWallet();
  const sign = () => signPayment(wallet, wallet.account.address, transfer, NOW);

  test.each([
    ["1b", "1b"],
    ["1c", "1c"],
    ["00", "1b"],
    ["01", "1c"],
  ])("v of %s is sent as %s", async (v, sent) => {
    wallet.signature = `0x${"ab".repeat(64)}${v}`;
    expect(parsePaymentPayload(await sign())?.payload.signature).toBe(`0x${"ab".repeat(64)}${sent}`);
  });

  test.each([`0x${"ab".repeat(640)}`, "0x", "", "null"])("no signature of a key: %s", async (signature) => {
    wallet.signature = signature;
    await expect(sign()).rejects.toBeInstanceOf(ContractSignature);
  });

  test("a payment carries the requirements whole, and nothing of the wallet", async () => {
    wallet.signature = `0x${"ab".repeat(65)}`;
    const payload = parsePaymentPayload(await sign());
    expect(payload && formatPaymentPayload(payload)).toBe(await sign());
    expect(Object.keys(payload ?? {})).toEqual(["x402Version", "accepted", "payload"]);
  });
});
