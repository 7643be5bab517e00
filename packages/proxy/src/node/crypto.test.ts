import { createHash, createHmac } from "node:crypto";
import { issueReceipt, formatJwks, verifyReceipt } from "@x402-paywall/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner, nodeCrypto, verifySignature } from "./crypto.ts";

const bytes = () => fc.uint8Array({ maxLength: 200 });
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

describe("nodeCrypto", () => {
  it("hashes and authenticates as the standard library does", () => {
    fc.assert(
      fc.property(bytes(), fc.uint8Array({ minLength: 1, maxLength: 100 }), (data, key) => {
        expect(Buffer.from(nodeCrypto.sha256(data))).toEqual(createHash("sha256").update(data).digest());
        const hmac = nodeCrypto.hmac(key);
        for (let i = 0; i < 2; i++)
          expect(Buffer.from(hmac(data))).toEqual(createHmac("sha256", key).update(data).digest());
      }),
    );
  });
  it("draws other bytes each time", () => {
    expect(nodeCrypto.randomBytes(16)).toHaveLength(16);
    expect(nodeCrypto.randomBytes(16)).not.toEqual(nodeCrypto.randomBytes(16));
  });
  it("never gives a random byte to two, whatever was asked before", () => {
    const lengths = [8, 16, 32, 33, 4090, 4096, 5000];
    const drawn = Array.from({ length: 3000 }, (_, n) => nodeCrypto.randomBytes(lengths[n % 7] ?? 16));
    drawn.forEach((draw, n) => expect(draw).toHaveLength(lengths[n % 7] ?? 0));
    expect(new Set(drawn.map((draw) => Buffer.from(draw.subarray(0, 8)).toString("hex"))).size).toBe(3000);
    // Nobody can read the bytes of others through the memory of theirs.
    for (const draw of drawn) expect(draw.buffer.byteLength).toBe(draw.length);
  });
});

describe("createSigner", () => {
  // RFC 8032, section 7.1, test 2.
  const seed = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const signer = createSigner(seed);
  it("signs as RFC 8032 says", () => {
    expect(Buffer.from(signer.publicKey).toString("hex")).toBe(
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    );
    expect(Buffer.from(signer.sign(hex("72"))).toString("hex")).toBe(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
  });
  it("is verified by its public key, and by no other", () => {
    const other = createSigner(nodeCrypto.randomBytes(32));
    fc.assert(
      fc.property(bytes(), (data) => {
        const signature = signer.sign(data);
        expect(verifySignature(signer.publicKey, signature, data)).toBe(true);
        expect(verifySignature(other.publicKey, signature, data)).toBe(false);
        expect(verifySignature(signer.publicKey, signature, Buffer.concat([data, hex("00")]))).toBe(false);
      }),
      { numRuns: 30 },
    );
    expect(verifySignature(hex("00"), signer.sign(seed), seed)).toBe(false);
    expect(verifySignature(signer.publicKey, hex("00"), seed)).toBe(false);
  });
  it("refuses another length", () => {
    expect(() => createSigner(new Uint8Array(31))).toThrow(RangeError);
  });
  it("signs receipts that verify offline", async () => {
    const receipt = {
      id: "rcp_1234567890123456789012",
      mode: "test",
      endpointId: "e",
      workspaceId: "w",
      quoteId: "q",
      bindingHash: "b",
      rail: "sandbox",
      wire: "l402",
      paymentKey: "ln:regtest:00",
      amount: 10_000n,
      settled: { asset: "BTC", amount: "10000", unit: "msat", network: "regtest" },
      reference: "r",
      settledAt: 1_800_000_000,
    } as const;
    const jws = issueReceipt(receipt, signer);
    expect(await verifyReceipt(jws, formatJwks([signer]), verifySignature)).toEqual(receipt);
    expect(
      await verifyReceipt(jws.replace(/.$/, "x"), formatJwks([signer]), verifySignature),
    ).toBeUndefined();
  });
});
