import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import { toBase64Url } from "./base64.ts";
import { utf8 } from "./bytes.ts";
import type { Signer, VerifySignature } from "./crypto.ts";
import { jwkThumbprint } from "./keys.ts";
import { formatJwks, issueReceipt, readReceipt, receiptPayload, verifyReceipt } from "./receipt.ts";
import type { Receipt } from "./receipt.ts";

function makeSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  return {
    kid: jwkThumbprint(raw, nodeCrypto),
    publicKey: raw,
    sign: (data) => new Uint8Array(sign(null, data, privateKey)),
  };
}

const nodeVerify: VerifySignature = (publicKey, signature, data) => {
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: toBase64Url(publicKey) },
    format: "jwk",
  });
  return verify(null, data, key, signature);
};

const receipt: Receipt = {
  id: "rcp_AAAAAAAAAAAAAAAAAAAAAA",
  mode: "test",
  endpointId: "ep_B",
  workspaceId: "ws_C",
  quoteId: "DDDD",
  bindingHash: "E".repeat(43),
  rail: "sandbox",
  wire: "l402",
  paymentKey: "ln:regtest:ab",
  amount: 9_007_199_254_740_993n,
  settled: { asset: "BTC", amount: "10000", unit: "msat", network: "regtest" },
  reference: "ab",
  settledAt: 1_790_000_000,
};
const usage = {
  inputTokens: 12,
  cachedInputTokens: 0,
  outputTokens: 345,
  milliseconds: 1234,
  bytes: Number.MAX_SAFE_INTEGER,
  units: 1,
  costPicoUsd: 12_345_678_901_234_567_890n,
  estimated: true,
};
const signer = makeSigner();
const jwks = formatJwks([makeSigner(), signer]);
const jws = issueReceipt(receipt, signer);

describe("receipt", () => {
  it("verifies offline against the published keys, to the last unit", async () => {
    expect(await verifyReceipt(jws, jwks, nodeVerify)).toEqual(receipt);
    const withPayer = { ...receipt, payer: "0xabc" };
    expect(await verifyReceipt(issueReceipt(withPayer, signer), jwks, nodeVerify)).toEqual(withPayer);
  });
  it("carries what was measured, to the last unit", async () => {
    for (const measured of [usage, {}, { outputTokens: 0 }, { costPicoUsd: 0n }, { estimated: false }]) {
      const metered = { ...receipt, usage: measured };
      expect(await verifyReceipt(issueReceipt(metered, signer), jwks, nodeVerify)).toEqual(metered);
    }
    expect(receiptPayload({ ...receipt, usage }).usage).toMatchObject({
      outputTokens: 345,
      costPicoUsd: "12345678901234567890",
    });
    expect("usage" in receiptPayload(receipt)).toBe(false);
  });
  it("carries the rate that the payer was told, where there was one", async () => {
    const rate = { msatPerUsd: 1_021_000n, asOf: 1_789_999_940 };
    const rated = { ...receipt, usage, rate };
    expect(await verifyReceipt(issueReceipt(rated, signer), jwks, nodeVerify)).toEqual(rated);
    expect(receiptPayload(rated).rate).toEqual({ msatPerUsd: "1021000", asOf: 1_789_999_940 });
    expect("rate" in receiptPayload(receipt)).toBe(false);
  });
  it.each([
    null,
    [],
    {},
    { msatPerUsd: "1021000" },
    { msatPerUsd: 1_021_000, asOf: 1 },
    { msatPerUsd: "0", asOf: 1 },
    { msatPerUsd: "01", asOf: 1 },
    { msatPerUsd: "-1", asOf: 1 },
    { msatPerUsd: "1021000", asOf: -1 },
    { msatPerUsd: "1021000", asOf: 1.5 },
    { msatPerUsd: "1021000", asOf: 1, by: "me" },
  ])("is not read with a rate that is none: %j", (rate) => {
    expect(readReceipt({ ...receiptPayload(receipt), rate })).toBeUndefined();
  });
  it("is a compact JWS with canonical parts", () => {
    const [header = "", payload = ""] = jws
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString());
    expect(header).toBe(`{"alg":"EdDSA","kid":"${signer.kid}","typ":"receipt+jwt"}`);
    expect(payload.startsWith('{"amount":"9007199254740993","bindingHash"')).toBe(true);
  });
  it("does not verify with any character changed", async () => {
    for (let at = 0; at < jws.length; at += 7) {
      const changed = jws.slice(0, at) + (jws[at] === "A" ? "B" : "A") + jws.slice(at + 1);
      expect(await verifyReceipt(changed, jwks, nodeVerify)).toBeUndefined();
    }
  });
  it("does not verify under a key that is not published", async () => {
    expect(await verifyReceipt(issueReceipt(receipt, makeSigner()), jwks, nodeVerify)).toBeUndefined();
    const impostor = { ...makeSigner(), kid: signer.kid };
    expect(await verifyReceipt(issueReceipt(receipt, impostor), jwks, nodeVerify)).toBeUndefined();
  });
  it.each([
    ["alg none", { alg: "none", kid: signer.kid, typ: "receipt+jwt" }],
    ["another type", { alg: "EdDSA", kid: signer.kid, typ: "jwt" }],
    ["no key id", { alg: "EdDSA", typ: "receipt+jwt" }],
  ])("is refused with %s, though the signature is right", async (_name, header) => {
    const signed = `${toBase64Url(utf8(JSON.stringify(header)))}.${jws.split(".")[1]}`;
    const forged = `${signed}.${toBase64Url(signer.sign(utf8(signed)))}`;
    expect(await verifyReceipt(forged, jwks, nodeVerify)).toBeUndefined();
  });
  it("never throws on garbage", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String()).map((parts) => parts.join(".")),
        ),
        async (text) => {
          expect(await verifyReceipt(text, jwks, nodeVerify)).toBeUndefined();
        },
      ),
    );
  });
});

describe("readReceipt", () => {
  it.each([
    { amount: "1e3" },
    { amount: 5 },
    { amount: "-1" },
    { mode: "prod" },
    { rail: "gold" },
    { wire: "smtp" },
    { settledAt: "now" },
    { settled: { asset: "BTC" } },
    { payer: 1 },
    { id: undefined },
    { usage: null },
    { usage: 7 },
    { usage: [] },
    { usage: { outputTokens: "7" } },
    { usage: { outputTokens: -1 } },
    { usage: { bytes: 1.5 } },
    { usage: { bytes: 2 ** 53 } },
    { usage: { costPicoUsd: 5 } },
    { usage: { costPicoUsd: "05" } },
    { usage: { estimated: 1 } },
    { usage: { tokens: 1 } },
  ])("refuses %o", (change) => {
    expect(readReceipt(receiptPayload(receipt))).toEqual(receipt);
    expect(readReceipt({ ...receiptPayload(receipt), ...change })).toBeUndefined();
  });
});
