import {
  decodePaymentRequiredHeader,
  decodePaymentResponseHeader,
  decodePaymentSignatureHeader,
  encodePaymentSignatureHeader,
} from "@x402/core/http";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmOffer, keys, olderSecret, quote, secret } from "../../test-support/fixtures.ts";
import { nodeCrypto } from "../../test-support/node-crypto.ts";
import { toBase64Url } from "../base64.ts";
import { utf8 } from "../bytes.ts";
import { canonicalJson } from "../canonical-json.ts";
import { createKeyRing } from "../keys.ts";
import { formatQuote } from "../quote.ts";
import { openRequirements, sealRequirements } from "./seal-requirements.ts";
import {
  formatPaymentPayload,
  formatPaymentRequired,
  formatSettlementResponse,
  parsePaymentPayload,
  parsePaymentRequired,
  parseSettlementResponse,
} from "./x402.ts";
import type { PaymentPayload, PaymentRequired, PaymentRequirements } from "./x402.ts";

const { requirements } = evmOffer;
const required: PaymentRequired = {
  x402Version: 2,
  error: "Payment required",
  resource: {
    url: "https://content.example/p/wetter",
    description: "Wetter für Köln ☂",
    mimeType: "application/json",
  },
  accepts: [requirements],
};
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

describe("PAYMENT-REQUIRED", () => {
  it("is what the official client decodes, umlauts included", () => {
    expect(decodePaymentRequiredHeader(formatPaymentRequired(required))).toEqual(required);
    expect(parsePaymentRequired(formatPaymentRequired(required))).toEqual(required);
  });
  it("says its extensions in words that were encoded before, whatever stands in front of them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.jsonValue(), (description, value) => {
        const challenge = { ...required, resource: { url: "https://content.example/", description } };
        const extensions = { bazaar: JSON.parse(JSON.stringify(value)) };
        const whole = { ...challenge, extensions };
        // Twice: the second time from what was kept.
        for (const given of [challenge, { ...challenge, extensions: { replaced: true } }])
          expect(decodePaymentRequiredHeader(formatPaymentRequired(given, extensions))).toEqual(whole);
      }),
    );
  });
  it("leaves out requirements that are not understood", () => {
    const odd = [
      { ...requirements, scheme: "deferred" },
      { ...requirements, extra: { name: 1 } },
      null,
      "x",
      [],
    ];
    expect(parsePaymentRequired(encode({ ...required, accepts: [...odd, requirements] }))?.accepts).toEqual([
      requirements,
    ]);
  });
  it.each([{}, [], { x402Version: 1, accepts: [] }, { x402Version: 2 }, "x", null])("refuses %j", (value) => {
    expect(parsePaymentRequired(encode(value))).toBeUndefined();
  });
});

describe("PAYMENT-SIGNATURE", () => {
  const payload: PaymentPayload = {
    x402Version: 2,
    accepted: requirements,
    payload: { signature: "0x", authorization: {} },
  };
  it("round trips, also through the official codec", () => {
    expect(parsePaymentPayload(formatPaymentPayload(payload))).toEqual(payload);
    const theirs = decodePaymentSignatureHeader(formatPaymentPayload(payload));
    expect(theirs).toEqual(payload);
    expect(parsePaymentPayload(encodePaymentSignatureHeader(theirs))).toEqual(payload);
  });
  it("is read from base64url and without padding too", () => {
    const text = Buffer.from(JSON.stringify(payload)).toString("base64url");
    expect(parsePaymentPayload(text)).toEqual(payload);
  });
  it("is read in version 1", () => {
    const v1 = { x402Version: 1, scheme: "exact", network: "base-sepolia", payload: { signature: "0x" } };
    expect(parsePaymentPayload(encode(v1))).toEqual(v1);
  });
  it.each([
    { ...payload, x402Version: 3 },
    { ...payload, accepted: undefined },
    { ...payload, accepted: { ...requirements, amount: "-1" } },
    { ...payload, accepted: { ...requirements, amount: "01" } },
    { ...payload, accepted: { ...requirements, amount: 10 } },
    { ...payload, accepted: { ...requirements, maxTimeoutSeconds: "60" } },
    { ...payload, accepted: { ...requirements, extra: null, payTo: undefined } },
    { ...payload, payload: "x" },
    { x402Version: 1, payload: {} },
    [],
  ])("refuses %j", (value) => {
    expect(parsePaymentPayload(encode(value))).toBeUndefined();
  });
  it("refuses members named twice", () => {
    const text = JSON.stringify(payload).replace('"x402Version":2', '"x402Version":2,"x402Version":2');
    expect(parsePaymentPayload(Buffer.from(text).toString("base64"))).toBeUndefined();
  });
  it("never throws on garbage", () => {
    const values = fc.oneof(fc.string(), fc.base64String(), fc.jsonValue().map(encode));
    fc.assert(
      fc.property(values, (value) => {
        parsePaymentPayload(value);
        parsePaymentRequired(value);
        parseSettlementResponse(value);
      }),
    );
  });
});

describe("PAYMENT-RESPONSE", () => {
  it("round trips, also through the official decoder", () => {
    const response = {
      success: true,
      transaction: "0xab",
      network: "eip155:84532",
      payer: "0xcd",
      amount: "10000",
    };
    expect(parseSettlementResponse(formatSettlementResponse(response))).toEqual(response);
    expect(decodePaymentResponseHeader(formatSettlementResponse(response))).toEqual(response);
    const failed = {
      success: false,
      errorReason: "insufficient_funds",
      transaction: "",
      network: "eip155:84532",
    };
    expect(parseSettlementResponse(formatSettlementResponse(failed))).toEqual(failed);
    expect(parseSettlementResponse(encode({ success: "true" }))).toBeUndefined();
  });
});

describe("seal", () => {
  const sealed = sealRequirements(requirements, quote, keys);
  it("opens to what was sealed, also after JSON reordered the members", () => {
    expect(sealed.extra.quote).toBe(formatQuote(quote));
    expect(openRequirements(sealed, keys)).toEqual({ quote, requirements });
    const { scheme, network, amount, asset, payTo, maxTimeoutSeconds, extra } = sealed;
    const { seal = "", quote: text = "", name = "", version = "" } = extra;
    const reordered = {
      extra: { seal, quote: text, version, name },
      maxTimeoutSeconds,
      payTo,
      asset,
      amount,
      network,
      scheme,
    };
    expect(openRequirements(reordered, keys)).toEqual({ quote, requirements });
  });
  it("opens after a rotation, not after the end of its secret", () => {
    expect(openRequirements(sealed, createKeyRing([olderSecret, secret], nodeCrypto))).toBeDefined();
    expect(openRequirements(sealed, createKeyRing([olderSecret], nodeCrypto))).toBeUndefined();
  });
  it("is the same for an object that was sealed before as for a fresh one, and covers all of it", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom('"quote":""', '\\"quote":"', "quote", "é"),
    );
    const extras = fc.dictionary(fc.oneof(text, fc.constantFrom("aaa", "quotf", "zzz")), text);
    fc.assert(
      fc.property(extras, text, (extra, payTo) => {
        const offered: PaymentRequirements = { ...requirements, payTo, extra };
        for (const id of ["A", "B"]) {
          const again = sealRequirements(offered, { ...quote, id }, keys);
          expect(JSON.stringify(again)).toBe(
            JSON.stringify(sealRequirements(structuredClone(offered), { ...quote, id }, keys)),
          );
          const { seal = "", ...signed } = again.extra;
          const canonical = canonicalJson({ ...again, extra: signed });
          const mac = keys.hmacs("seal")[0]?.(utf8(canonical)).slice(0, 16) ?? new Uint8Array();
          expect(seal).toBe(toBase64Url(mac));
        }
      }),
    );
  });
  const other = sealRequirements(requirements, { ...quote, id: "ZZ" }, keys);
  it.each<[string, Partial<PaymentRequirements>]>([
    ["amount", { amount: "1" }],
    ["network", { network: "eip155:8453" }],
    ["asset", { asset: "0x0000000000000000000000000000000000000000" }],
    ["payTo", { payTo: "0x2222222222222222222222222222222222222222" }],
    ["the time", { maxTimeoutSeconds: 301 }],
    ["the scheme", { scheme: "upto" }],
    ["the token's name", { extra: { ...sealed.extra, name: "EURC" } }],
    ["something added", { extra: { ...sealed.extra, more: "x" } }],
    ["another quote", { extra: { ...sealed.extra, quote: other.extra.quote ?? "" } }],
    ["another seal", { extra: { ...sealed.extra, seal: other.extra.seal ?? "" } }],
    ["a cut seal", { extra: { ...sealed.extra, seal: sealed.extra.seal?.slice(0, 8) ?? "" } }],
    ["an empty seal", { extra: { ...sealed.extra, seal: "" } }],
    ["no seal", { extra: requirements.extra }],
  ])("does not open with %s changed", (_name, change) => {
    expect(openRequirements({ ...sealed, ...change }, keys)).toBeUndefined();
  });
});
