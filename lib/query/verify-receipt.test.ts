import { generateKeyPairSync, sign } from "node:crypto";
import { type Receipt, formatJwks, issueReceipt } from "@x402-paywall/core";
import { describe, expect, it } from "vitest";
import { checkReceipt } from "./verify-receipt.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const signer = {
  kid: "key-1",
  publicKey: Uint8Array.from(publicKey.export({ type: "spki", format: "der" }).subarray(-32)),
  sign: (data: Uint8Array): Uint8Array => Uint8Array.from(sign(null, data, privateKey)),
};
const receipt: Receipt = {
  id: "rcp_Q2hlY2tUaGlzT3V0Tm93Q1",
  mode: "test",
  endpointId: "end_1",
  workspaceId: "wsp_1",
  quoteId: "q_1",
  bindingHash: "hash",
  rail: "sandbox",
  wire: "l402",
  paymentKey: `ln:${"ab".repeat(32)}`,
  amount: 10_000n,
  settled: { asset: "BTC", amount: "10000", unit: "msat", network: "regtest" },
  reference: "ab".repeat(32),
  settledAt: 1_795_470_982,
};
const jws = issueReceipt(receipt, signer);
const shown = { jws, id: receipt.id, amount: "10000", reference: receipt.reference };
const keys = (): Promise<unknown> => Promise.resolve(formatJwks([signer]));

describe("checkReceipt", () => {
  it("accepts what the instance signed", async () => {
    await expect(checkReceipt(shown, keys)).resolves.toMatchObject({
      outcome: "valid",
      kid: "key-1",
      receipt: { amount: 10_000n },
    });
  });

  it("refuses a changed signature, a foreign key and rubbish", async () => {
    const other = generateKeyPairSync("ed25519")
      .publicKey.export({ type: "spki", format: "der" })
      .subarray(-32);
    const foreign = (): Promise<unknown> =>
      Promise.resolve(formatJwks([{ kid: "key-1", publicKey: Uint8Array.from(other) }]));
    const [head = "", body = "", signature = ""] = jws.split(".");
    const flipped = `${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
    await expect(checkReceipt({ ...shown, jws: `${head}.${body}.${flipped}` }, keys)).resolves.toEqual({
      outcome: "invalid",
    });
    await expect(checkReceipt(shown, foreign)).resolves.toEqual({ outcome: "invalid" });
    await expect(checkReceipt({ ...shown, jws: "rubbish" }, keys)).resolves.toEqual({ outcome: "invalid" });
  });

  it("refuses a page that shows something else than was signed", async () => {
    await expect(checkReceipt({ ...shown, amount: "10001" }, keys)).resolves.toEqual({ outcome: "invalid" });
    await expect(checkReceipt({ ...shown, reference: "cd" }, keys)).resolves.toEqual({ outcome: "invalid" });
  });

  it("says nothing about a receipt when there are no keys", async () => {
    await expect(checkReceipt(shown, () => Promise.reject(new Error("offline")))).resolves.toMatchObject({
      outcome: "unavailable",
    });
    await expect(checkReceipt(shown, () => Promise.resolve("<html>"))).resolves.toMatchObject({
      outcome: "unavailable",
    });
  });
});
