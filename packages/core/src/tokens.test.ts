import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { evmOffer, keys, lightningOffer, now, preimage, quote, secret } from "../test-support/fixtures.ts";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import vectors from "../vectors/tokens.json" with { type: "json" };
import { fromBase64, toBase64Url } from "./base64.ts";
import { toHex } from "./bytes.ts";
import { formatAccessToken, readAccessToken } from "./entitlement.ts";
import { currentHmac } from "./keys.ts";
import { formatQuote, parseQuote } from "./quote.ts";
import { mintL402, parseL402Credential, verifyL402 } from "./wire/l402.ts";
import { decodeMacaroon } from "./wire/macaroon-codec.ts";
import { lightningChargeRequest } from "./wire/mpp-lightning.ts";
import { challengeId, verifyPaymentChallenge } from "./wire/payment-auth.ts";
import { openRequirements, sealRequirements } from "./wire/seal-requirements.ts";
import { canonicalJson } from "./canonical-json.ts";

/** HMAC-SHA256 by Node alone, next to what core computes through its port. */
function mac(key: Uint8Array, data: string | Uint8Array): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

/** The key of a purpose, derived by hand. */
function purposeKey(purpose: string): Buffer {
  return mac(secret, `x402-paywall/hmac/${purpose}`);
}

describe("what was handed out keeps its form", () => {
  it("secret and derived keys", () => {
    expect(toHex(secret)).toBe(vectors.secretHex);
    expect(toHex(keys.derive("receipts"))).toBe(vectors.derivedReceiptsHex);
    expect(mac(secret, "x402-paywall/receipts").toString("hex")).toBe(vectors.derivedReceiptsHex);
  });
  it("quotes", () => {
    expect(formatQuote(quote)).toBe(vectors.quote);
    expect(parseQuote(vectors.quote)).toEqual(quote);
  });
  it("L402 tokens", () => {
    const { slug, paymentHash, randomByte, token } = vectors.l402;
    const crypto = {
      ...nodeCrypto,
      randomBytes: (length: number) => new Uint8Array(length).fill(randomByte),
    };
    expect(mintL402({ quote, paymentHash, slug, keys, crypto })).toBe(token);
    const credential = parseL402Credential(`L402 ${token}:${preimage}`);
    const context = { keys, crypto, now, slug, method: "GET", path: "/" };
    expect(credential && verifyL402(credential, context)).toEqual({ ok: true, quote, paymentHash });
  });
  it("MPP challenges", () => {
    const { id, ...slots } = vectors.challenge;
    expect(lightningChargeRequest({ quote, offer: lightningOffer })).toBe(slots.request);
    expect(challengeId(slots, currentHmac(keys, "challenge"))).toBe(id);
    expect(verifyPaymentChallenge({ challenge: { id, ...slots }, payload: {} }, { keys, now })).toEqual({
      ok: true,
    });
  });
  it("sealed requirements", () => {
    expect(sealRequirements(evmOffer.requirements, quote, keys)).toEqual(vectors.sealed);
    const { scheme, ...rest } = vectors.sealed;
    expect(scheme).toBe("exact");
    expect(openRequirements({ scheme: "exact", ...rest }, keys)).toEqual({
      quote,
      requirements: evmOffer.requirements,
    });
  });
  it("access tokens", () => {
    for (const { entitlement, token } of vectors.access) {
      const { id, endpointId, scope, expiresAt } = entitlement;
      const kind = (["pass", "uses", "balance"] as const).find((entry) => entry === entitlement.kind);
      expect(kind && formatAccessToken({ id, kind, mode: "live", endpointId, scope, expiresAt }, keys)).toBe(
        token,
      );
      expect(readAccessToken(token, keys, now - 1)).toEqual(entitlement);
    }
  });
});

describe("what was handed out is what Node's HMAC says", () => {
  it("L402: the chain by hand, key derivation included", () => {
    const macaroon = decodeMacaroon(fromBase64(vectors.l402.token) ?? new Uint8Array());
    const identifier = macaroon?.identifier ?? new Uint8Array();
    const rootKey = mac(purposeKey("macaroon"), identifier);
    const first = mac(mac(Buffer.from("macaroons-key-generator"), rootKey), identifier);
    const last = (macaroon?.caveats ?? []).reduce((signature, caveat) => mac(signature, caveat), first);
    expect(last.toString("hex")).toBe(toHex(macaroon?.signature ?? new Uint8Array()));
  });
  it("MPP: seven slots, six delimiters", () => {
    const { id, realm, method, intent, request, expires } = vectors.challenge;
    const bound = `${realm}|${method}|${intent}|${request}|${expires}||`;
    expect(toBase64Url(mac(purposeKey("challenge"), bound))).toBe(id);
  });
  it("x402: everything but the seal", () => {
    const { seal, ...extra } = vectors.sealed.extra;
    const bound = canonicalJson({ ...vectors.sealed, extra });
    expect(toBase64Url(mac(purposeKey("seal"), bound).subarray(0, 16))).toBe(seal);
  });
  it("access: the printable entitlement", () => {
    for (const { token } of vectors.access) {
      const [payload = "", signature] = token.slice("pw_".length).split(".");
      expect(toBase64Url(mac(purposeKey("access"), Buffer.from(payload, "base64url")))).toBe(signature);
    }
  });
});
