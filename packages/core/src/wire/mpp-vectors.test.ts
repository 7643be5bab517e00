import { describe, expect, it } from "vitest";
import { nodeCrypto } from "../../test-support/node-crypto.ts";
import vectors from "../../vectors/mpp.json" with { type: "json" };
import { fromBase64Url, toBase64Url } from "../base64.ts";
import { fromHex, fromUtf8, toHex, utf8 } from "../bytes.ts";
import { canonicalJson } from "../canonical-json.ts";
import { parseJson } from "../parse-json.ts";
import {
  challengeId,
  formatPaymentChallenge,
  formatPaymentCredential,
  parsePaymentChallenges,
  parsePaymentCredential,
} from "./payment-auth.ts";
import { formatPaymentReceipt, parsePaymentReceipt } from "./payment-receipt.ts";

const hmac = nodeCrypto.hmac(fromHex(vectors.hmacSecretHex) ?? new Uint8Array());

describe("canonicalization", () => {
  it.each(vectors.canonicalization)("$name", ({ input, canonical, error }) => {
    const value = parseJson(input);
    if (error) expect(value).toBeUndefined();
    else expect(value === undefined ? undefined : canonicalJson(value)).toBe(canonical);
  });
});

describe("base64url", () => {
  it.each(vectors.base64url)("$name", ({ encoded, decodedHex = "", canonical, error }) => {
    const bytes = fromBase64Url(encoded);
    expect(bytes === undefined ? undefined : toHex(bytes)).toBe(error ? undefined : decodedHex);
    if (canonical) expect(toBase64Url(fromHex(decodedHex) ?? new Uint8Array())).toBe(encoded);
  });
});

describe("challenge headers", () => {
  it.each(vectors.challengeHeaders)("$name", ({ params, header }) => {
    expect(formatPaymentChallenge(params)).toBe(header);
    expect(parsePaymentChallenges(header)).toEqual([params]);
  });
});

describe("challenge lists", () => {
  it.each(vectors.challengeLists)("$name", ({ header, challenges, error }) => {
    expect(parsePaymentChallenges(header)).toEqual(error ? [] : challenges);
  });
});

describe("challenge ids", () => {
  it.each(vectors.challengeIds)("$name", ({ params, hmacInput }) => {
    expect(challengeId(params, hmac)).toBe(params.id);
    expect(toBase64Url(hmac(utf8(hmacInput)))).toBe(params.id);
  });
});

describe("credentials", () => {
  it.each(vectors.credentials)("$name", ({ header, credentialJson, error }) => {
    const credential = parsePaymentCredential(header);
    if (error) {
      expect(credential).toBeUndefined();
      return;
    }
    expect(credential).toEqual(JSON.parse(credentialJson));
    const formatted = credential && formatPaymentCredential(credential);
    expect(formatted).toBe(header.replace(/^payment/, "Payment"));
  });
});

describe("receipts", () => {
  it.each(vectors.receipts)("$name", ({ header, receiptJson }) => {
    expect(toBase64Url(utf8(receiptJson))).toBe(header);
    expect(fromUtf8(fromBase64Url(header) ?? new Uint8Array())).toBe(receiptJson);
    const members: { status?: string; refundSats?: number } = JSON.parse(receiptJson);
    // A top-up event is no receipt; an amount that a double cannot hold is refused instead of rounded.
    const readable = members.status === "success" && Number.isSafeInteger(members.refundSats ?? 0);
    const receipt = parsePaymentReceipt(header);
    expect(receipt).toEqual(readable ? members : undefined);
    if (receipt) expect(formatPaymentReceipt(receipt)).toBe(header);
  });
});

it("runs all 79 cases", () => {
  const {
    canonicalization,
    base64url,
    challengeHeaders,
    challengeLists,
    challengeIds,
    credentials,
    receipts,
  } = vectors;
  const groups = [
    canonicalization,
    base64url,
    challengeHeaders,
    challengeLists,
    challengeIds,
    credentials,
    receipts,
  ];
  expect(groups.flat()).toHaveLength(79);
});
