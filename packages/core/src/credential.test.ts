import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmOffer, keys, paymentHash, preimage, quote } from "../test-support/fixtures.ts";
import { nodeCrypto } from "../test-support/node-crypto.ts";
import { readCredential } from "./credential.ts";
import type { HeaderList } from "./headers.ts";
import { PaywallError } from "./problem.ts";
import { mintL402 } from "./wire/l402.ts";
import { formatPaymentCredential } from "./wire/payment-auth.ts";
import { formatPaymentPayload } from "./wire/x402.ts";

const token = mintL402({ quote, paymentHash, slug: "weather", keys, crypto: nodeCrypto });
const l402 = `L402 ${token}:${preimage}`;
const mpp = formatPaymentCredential({
  challenge: { id: "i", realm: "r", method: "lightning", intent: "charge", request: "e30" },
  payload: { preimage },
});
const x402 = formatPaymentPayload({
  x402Version: 2,
  accepted: evmOffer.requirements,
  payload: { signature: "0x" },
});
const v1 = Buffer.from('{"x402Version":1,"scheme":"exact","network":"base","payload":{}}').toString("base64");
const encode = (text: string) => Buffer.from(text).toString("base64");

function codeOf(headers: HeaderList): string | undefined {
  try {
    return readCredential(headers, "pw_access_")?.wire;
  } catch (error) {
    return error instanceof PaywallError ? error.code : "another error";
  }
}

const padded = (length: number) =>
  encode(`{"x402Version":1,"scheme":"exact","network":"base","payload":{"x":"${"y".repeat(length)}"}}`);

const found: readonly [string, HeaderList, string | undefined][] = [
  ["nothing", [["Accept", "*/*"]], undefined],
  ["x402", [["PAYMENT-SIGNATURE", x402]], "x402"],
  ["x402 v1", [["x-payment", v1]], "x402"],
  ["L402", [["Authorization", l402]], "l402"],
  ["LSAT", [["authorization", l402.replace("L402", "lsat")]], "l402"],
  ["MPP", [["Authorization", mpp]], "mpp"],
  [
    "MPP beside the upstream's own",
    [
      ["Authorization", "Bearer upstream"],
      ["Payment-Authorization", mpp],
    ],
    "mpp",
  ],
  ["an access token", [["Authorization", "Bearer pw_abc.def"]], "access"],
  ["an access cookie", [["Cookie", "a=b; pw_access_x=pw_abc.def"]], "access"],
  [
    "a payment and an access cookie: the payment",
    [
      ["Cookie", "pw_access_x=pw_abc.def"],
      ["PAYMENT-SIGNATURE", x402],
    ],
    "x402",
  ],
  ["a foreign bearer", [["Authorization", "Bearer sk-123"]], undefined],
  ["a foreign scheme", [["Authorization", "Basic YTpi"]], undefined],
  ["a foreign cookie", [["Cookie", "session=pw_abc.def"]], undefined],
  ["a cookie without a token", [["Cookie", "pw_access_x=; pw_access_y=<script>"]], undefined],
];

describe("readCredential", () => {
  it.each(found)("finds %s", (_name, headers, expected) => {
    expect(codeOf(headers)).toBe(expected);
  });

  it.each<[string, HeaderList]>([
    [
      "one x402 header twice",
      [
        ["PAYMENT-SIGNATURE", x402],
        ["payment-signature", x402],
      ],
    ],
    ["two x402 headers joined", [["PAYMENT-SIGNATURE", `${x402}, ${x402}`]]],
    [
      "both x402 headers",
      [
        ["PAYMENT-SIGNATURE", x402],
        ["X-PAYMENT", v1],
      ],
    ],
    [
      "two Authorization lines",
      [
        ["Authorization", l402],
        ["Authorization", l402],
      ],
    ],
    [
      "two Authorization lines, one foreign",
      [
        ["Authorization", "Bearer sk-123"],
        ["Authorization", l402],
      ],
    ],
    ["two joined L402 credentials", [["Authorization", `${l402}, ${l402.replace("11", "22")}`]]],
    ["foreign and ours joined", [["Authorization", `Bearer sk-123, ${l402}`]]],
    [
      "L402 and x402",
      [
        ["Authorization", l402],
        ["PAYMENT-SIGNATURE", x402],
      ],
    ],
    [
      "L402 and MPP",
      [
        ["Authorization", l402],
        ["Payment-Authorization", mpp],
      ],
    ],
    [
      "MPP twice",
      [
        ["Authorization", mpp],
        ["Payment-Authorization", mpp],
      ],
    ],
    [
      "an access token and x402",
      [
        ["Authorization", "Bearer pw_abc.def"],
        ["PAYMENT-SIGNATURE", x402],
      ],
    ],
    ["another scheme in Payment-Authorization", [["Payment-Authorization", l402]]],
    ["x402 that is not base64", [["PAYMENT-SIGNATURE", "%%%"]]],
    ["x402 that is not UTF-8", [["PAYMENT-SIGNATURE", "wICA"]]],
    ["x402 with a member named twice", [["PAYMENT-SIGNATURE", encode('{"nonce":"a","nonce":"b"}')]]],
    ["MPP that is not base64url", [["Authorization", "Payment !!!invalid!!!"]]],
    ["MPP without a token", [["Authorization", "Payment"]]],
    ["L402 that is not base64", [["Authorization", `L402 %%%:${preimage}`]]],
  ])("answers 400 to %s", (_name, headers) => {
    expect(codeOf(headers)).toBe("bad_request");
  });
});

describe("decodable, but no credential", () => {
  it.each<[string, HeaderList]>([
    ["x402 that is not JSON", [["PAYMENT-SIGNATURE", encode("not JSON")]]],
    ["x402 that is something else", [["PAYMENT-SIGNATURE", encode('{"x402Version":2}')]]],
    ["x402 that is nested too deep", [["PAYMENT-SIGNATURE", encode("[".repeat(50) + "]".repeat(50))]]],
    ["an empty x402 header", [["PAYMENT-SIGNATURE", ""]]],
    ["MPP that is not JSON", [["Authorization", "Payment e29vcHN9"]]],
    [
      "MPP without a payload",
      [["Authorization", `Payment ${encode('{"challenge":{}}').replace(/=+$/, "")}`]],
    ],
    ["L402 without a preimage", [["Authorization", `L402 ${token}`]]],
    ["L402 with two colons", [["Authorization", `L402 ${token}:${preimage}:${preimage}`]]],
    ["L402 without a signature", [["Authorization", `L402 ${token.slice(0, 80)}:${preimage}`]]],
  ])("answers 402 malformed to %s", (_name, headers) => {
    expect(codeOf(headers)).toBe("malformed_credential");
  });
});

describe("limits and twins", () => {
  it("takes one L402 credential under both of its names, on two lines or joined", () => {
    const lsat = l402.replace("L402", "LSAT");
    const expected = readCredential([["Authorization", l402]]);
    expect(
      readCredential([
        ["Authorization", lsat],
        ["Authorization", l402],
      ]),
    ).toEqual(expected);
    expect(readCredential([["Authorization", `${lsat}, ${l402}`]])).toEqual(expected);
    expect(
      codeOf([
        ["Authorization", lsat],
        ["Authorization", l402],
        ["Authorization", l402],
      ]),
    ).toBe("bad_request");
    const other = `LSAT ${token}:${"22".repeat(32)}`;
    expect(
      codeOf([
        ["Authorization", other],
        ["Authorization", l402],
      ]),
    ).toBe("bad_request");
  });

  it("takes 4 KB, and answers 431 to 64 KB", () => {
    expect(codeOf([["X-PAYMENT", padded(4096)]])).toBe("x402");
    expect(codeOf([["X-PAYMENT", padded(65_536)]])).toBe("headers_too_large");
    expect(codeOf([["Authorization", `L402 ${"A".repeat(65_536)}:${preimage}`]])).toBe("headers_too_large");
  });

  it("offers the tokens of several cookies, a few at most", () => {
    const cookies = Array.from({ length: 20 }, (_, at) => `pw_access_${at}=pw_${at}.x`).join("; ");
    const credential = readCredential(
      [
        ["Cookie", cookies],
        ["Cookie", "pw_access_z=pw_z.x"],
      ],
      "pw_access_",
    );
    expect(credential).toMatchObject({ wire: "access", token: "pw_0.x" });
    expect(credential?.wire === "access" ? credential.alternatives : []).toHaveLength(7);
    expect(readCredential([["Cookie", cookies]])).toBeUndefined();
  });

  it("throws nothing but PaywallError on garbage", () => {
    const names = fc.constantFrom(
      "PAYMENT-SIGNATURE",
      "X-PAYMENT",
      "Authorization",
      "Payment-Authorization",
      "Cookie",
    );
    const schemes = fc.constantFrom("", "L402 ", "LSAT ", "Payment ", "Bearer ", "pw_access_=");
    const values = fc.tuple(schemes, fc.oneof(fc.string(), fc.base64String())).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { maxLength: 4 }), (headers) => {
        expect(codeOf(headers)).not.toBe("another error");
      }),
      { numRuns: 500 },
    );
  });
});
