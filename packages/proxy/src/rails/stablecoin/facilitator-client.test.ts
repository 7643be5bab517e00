import type { PaymentRequirements } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { type HttpRequest, NotSentError } from "../../http-send.ts";
import { createFacilitatorClient } from "./facilitator-client.ts";

const requirements: PaymentRequirements = {
  scheme: "exact",
  network: "eip155:8453",
  amount: "10000",
  asset: `0x${"1".repeat(40)}`,
  payTo: `0x${"2".repeat(40)}`,
  maxTimeoutSeconds: 300,
  extra: {},
};
const request = { payload: { signature: "0x" }, requirements, accepted: requirements };
const hash = `0x${"ab".repeat(32)}`;

function answering(status: number, body: unknown, retryAfter?: string) {
  const seen: HttpRequest[] = [];
  const client = createFacilitatorClient(
    { url: "https://pay.example/x402/", headers: { "X-Key": "k" } },
    async (sent) => {
      seen.push(sent);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return { status, body: text, ...(retryAfter === undefined ? {} : { retryAfter }) };
    },
    1_000,
  );
  return { client, seen };
}

function failing(fault: Error) {
  return createFacilitatorClient({ url: "https://pay.example" }, () => Promise.reject(fault), 1_000);
}

describe("what is sent", () => {
  it("is v2, below the facilitator's own path, with its headers", async () => {
    const { client, seen } = answering(200, {});
    await client.verify(request);
    await client.settle(request);
    expect(seen.map(({ method, url }) => [method, url])).toEqual([
      ["POST", "https://pay.example/x402/verify"],
      ["POST", "https://pay.example/x402/settle"],
    ]);
    expect(seen[0]?.headers).toEqual({ "X-Key": "k" });
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({
      x402Version: 2,
      paymentPayload: { x402Version: 2, accepted: requirements, payload: { signature: "0x" } },
      paymentRequirements: requirements,
    });
  });
});

describe("an answer to verify", () => {
  it.each<[string, number, unknown, object]>([
    ["valid", 200, { isValid: true, payer: "0xAB" }, { outcome: "valid", payer: "0xAB" }],
    ["refused", 200, { isValid: false, invalidReason: "bad" }, { outcome: "invalid", reason: "bad" }],
    ["refused with 400", 400, { isValid: false }, { outcome: "invalid", reason: "unspecified" }],
    ["a reason that is a text", 200, { isValid: false, invalidReason: "<b>" }, { reason: "unspecified" }],
    ["valid, with an error's status", 400, { isValid: true }, { outcome: "no-answer" }],
    ["isValid as a string", 200, { isValid: "true" }, { outcome: "no-answer" }],
    ["HTML", 200, "<html>", { outcome: "no-answer", retryAfter: 5 }],
    ["401 of a proxy", 401, { isValid: false }, { outcome: "no-answer" }],
    ["500", 500, { isValid: true }, { outcome: "no-answer" }],
  ])("%s", async (_, status, body, expected) => {
    expect(await answering(status, body).client.verify(request)).toMatchObject(expected);
  });

  it("says when to come back", async () => {
    const later = { outcome: "no-answer", retryAfter: 30 };
    expect(await answering(429, "", "30").client.verify(request)).toEqual(later);
    expect(await answering(429, "", "9999").client.verify(request)).toMatchObject({ retryAfter: 60 });
    expect(await answering(429, "", "soon").client.verify(request)).toMatchObject({ retryAfter: 5 });
    expect(await failing(new Error("cut")).verify(request)).toMatchObject({ outcome: "no-answer" });
  });
});

describe("an answer to settle", () => {
  it.each<[string, number, unknown, object]>([
    ["settled", 200, { success: true, transaction: hash }, { outcome: "settled", transaction: hash }],
    ["no transaction", 200, { success: true, transaction: "" }, { outcome: "unknown" }],
    ["no hash", 200, { success: true, transaction: "0x1" }, { outcome: "unknown" }],
    ["settled, with an error's status", 402, { success: true, transaction: hash }, { outcome: "unknown" }],
    ["sent, and not in a block", 200, { success: false, transaction: hash }, { outcome: "pending" }],
    [
      "refused",
      402,
      { success: false, errorReason: "insufficient_funds", transaction: "" },
      { outcome: "refused", reason: "insufficient_funds", decided: true },
    ],
    [
      "pending, unnamed",
      200,
      { success: false, errorReason: "settlement_pending" },
      { outcome: "refused", decided: false },
    ],
    [
      "a duplicate",
      200,
      { success: false, errorReason: "duplicate_settlement" },
      { outcome: "refused", decided: false },
    ],
    [
      "a broadcast whose answer was lost",
      200,
      { success: false, errorReason: "invalid_exact_evm_transaction_failed", transaction: "" },
      { outcome: "refused", decided: false },
    ],
    [
      "the same of Permit2, with a text",
      200,
      { success: false, errorReason: "invalid_exact_evm_transaction_failed: fetch failed", transaction: "" },
      { outcome: "refused", decided: false },
    ],
    [
      "a nonce that is used",
      402,
      { success: false, errorReason: "invalid_exact_evm_nonce_already_used" },
      { outcome: "refused", decided: false },
    ],
    ["no reason", 200, { success: false }, { outcome: "refused", decided: false }],
    ["HTML", 200, "<html>", { outcome: "unknown" }],
    ["half of JSON", 200, '{"success":true,"transac', { outcome: "unknown" }],
    ["another question's answer", 200, { isValid: true }, { outcome: "unknown" }],
    ["429", 429, { success: false, errorReason: "slow_down" }, { outcome: "unknown" }],
    ["500", 500, { success: false, errorReason: "broken" }, { outcome: "unknown" }],
  ])("%s", async (_, status, body, expected) => {
    expect(await answering(status, body).client.settle(request)).toMatchObject(expected);
  });

  it("that never came is unknown, but where nobody was there to be asked", async () => {
    expect(await failing(new Error("cut")).settle(request)).toMatchObject({ outcome: "unknown" });
    expect(await failing(new NotSentError("refused")).settle(request)).toMatchObject({ outcome: "not-sent" });
  });
});

describe("what a facilitator supports", () => {
  it("is read as far as it is v2", async () => {
    const extra = { facilitatorAddress: "0xFA" };
    const kinds = [
      { x402Version: 2, scheme: "exact", network: "eip155:8453" },
      { x402Version: 2, scheme: "upto", network: "eip155:8453", extra },
      { x402Version: 1, scheme: "exact", network: "base" },
      "nonsense",
    ];
    const { client } = answering(200, { kinds, signers: { "eip155:*": ["0xFA", 7], "solana:*": "x" } });
    expect(await client.supported()).toEqual({
      kinds: [
        { scheme: "exact", network: "eip155:8453", facilitator: undefined },
        { scheme: "upto", network: "eip155:8453", facilitator: "0xFA" },
      ],
      signers: ["0xfa"],
    });
  });

  it.each([
    [200, "<html>"],
    [200, { kinds: "all" }],
    [503, { kinds: [] }],
  ])("is not guessed (%i %j)", async (status, body) => {
    await expect(answering(status, body).client.supported()).rejects.toThrow("does not say");
  });
});
