import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { olderSecret, secret } from "../test-support/fixtures.ts";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import { utf8 } from "./bytes.ts";
import {
  createKeyRing,
  currentHmac,
  eip3009PaymentKey,
  jwkThumbprint,
  lightningPaymentKey,
  newId,
  permit2PaymentKey,
} from "./keys.ts";
import { fromBase64Url } from "./base64.ts";

describe("createKeyRing", () => {
  const ring = createKeyRing([secret, olderSecret], nodeCrypto);
  it("derives from the current secret, by label", () => {
    const expected = createHmac("sha256", secret).update("x402-paywall/receipts").digest();
    expect(Buffer.from(ring.derive("receipts"))).toEqual(expected);
    expect(ring.derive("other")).not.toEqual(ring.derive("receipts"));
  });
  it("has a key for each purpose and secret, current first", () => {
    const purposes = ["challenge", "macaroon", "seal", "access", "preimage"] as const;
    const macs = purposes.flatMap((purpose) =>
      ring.hmacs(purpose).map((hmac) => Buffer.from(hmac(utf8("x"))).toString("hex")),
    );
    expect(new Set(macs).size).toBe(10);
    const alone = createKeyRing([secret], nodeCrypto);
    expect(currentHmac(ring, "seal")(utf8("x"))).toEqual(currentHmac(alone, "seal")(utf8("x")));
  });
  it("refuses no secret and short ones", () => {
    expect(() => createKeyRing([], nodeCrypto)).toThrow(RangeError);
    expect(() => createKeyRing([secret, utf8("short")], nodeCrypto)).toThrow(RangeError);
  });
});

describe("payment keys", () => {
  it("are the same for each way of writing", () => {
    expect(lightningPaymentKey("regtest", "AB".repeat(32))).toBe(`ln:regtest:${"ab".repeat(32)}`);
    expect(eip3009PaymentKey("eip155:84532", "0xAB", "0xCd", "0xEF")).toBe(
      "eip3009:eip155:84532:0xab:0xcd:0xef",
    );
    expect(permit2PaymentKey("eip155:84532", "0xAB", 7n)).toBe("permit2:eip155:84532:0xab:7");
  });
});

describe("identifiers", () => {
  it("have 128 random bits", () => {
    const ids = Array.from({ length: 50 }, () => newId("rcp_", nodeCrypto));
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^rcp_[A-Za-z0-9_-]{22}$/);
  });
  it("of keys are those of RFC 8037, appendix A.3", () => {
    const publicKey = fromBase64Url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") ?? new Uint8Array();
    expect(jwkThumbprint(publicKey, nodeCrypto)).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  });
});
