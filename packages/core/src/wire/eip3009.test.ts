import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmOffer, now } from "../../test-support/fixtures.ts";
import type { Json } from "../canonical-json.ts";
import { readEip3009Proof } from "./eip3009.ts";
import type { PaymentPayload } from "./x402.ts";

const authorization = {
  from: "0xAbCd000000000000000000000000000000000001",
  to: "0x1111111111111111111111111111111111111111",
  value: "9007199254740993",
  validAfter: "0",
  validBefore: String(now + 60),
  nonce: `0x${"aB".repeat(32)}`,
};
const signature = `0x${"cD".repeat(65)}`;

function read(change: Record<string, Json>, signed: Json = signature) {
  const payload: PaymentPayload = {
    x402Version: 2,
    accepted: evmOffer.requirements,
    payload: { authorization: { ...authorization, ...change }, signature: signed },
  };
  return readEip3009Proof(payload);
}

describe("readEip3009Proof", () => {
  it("reads integers exactly and hex in lower case", () => {
    expect(read({})).toEqual({
      kind: "eip3009",
      requirements: evmOffer.requirements,
      authorization: {
        from: "0xabcd000000000000000000000000000000000001",
        to: authorization.to,
        value: 9_007_199_254_740_993n,
        validAfter: 0n,
        validBefore: BigInt(now + 60),
        nonce: `0x${"ab".repeat(32)}`,
      },
      signature: `0x${"cd".repeat(65)}`,
    });
  });
  it("takes the largest number of 256 bits, and no larger one", () => {
    const max = (1n << 256n) - 1n;
    expect(read({ value: max.toString() })).toMatchObject({ kind: "eip3009", authorization: { value: max } });
    expect(read({ value: (max + 1n).toString() })).toMatchObject({ problem: "bad_request" });
  });
  it.each([
    "-1",
    "+100",
    "00100",
    "0.1",
    "1e3",
    "0x10",
    "",
    " 1",
    "1 ",
    "1n",
    "١",
    "9".repeat(79),
    100,
    null,
    ["1"],
  ])("answers 400 to the number %j", (value) => {
    for (const name of ["value", "validAfter", "validBefore"]) {
      expect(read({ [name]: value })).toMatchObject({ kind: "fault", problem: "bad_request" });
    }
  });
  it.each<[string, Record<string, Json>]>([
    ["a short address", { from: "0xabcd" }],
    ["an address without 0x", { to: "11".repeat(21) }],
    ["a name instead of an address", { to: "vitalik.eth" }],
    ["a nonce of 31 bytes", { nonce: `0x${"ab".repeat(31)}` }],
    ["a nonce that is not hex", { nonce: `0x${"zz".repeat(32)}` }],
    ["a nonce that is a number", { nonce: 5 }],
  ])("answers 402 to %s", (_name, change) => {
    expect(read(change)).toMatchObject({ kind: "fault", problem: "malformed_credential" });
  });
  it.each(["0x", `0x${"00".repeat(64)}`, `0x${"00".repeat(66)}`, `0x${"00".repeat(300)}`, "", null, 5])(
    "answers 402 to the signature %.20j",
    (signed) => {
      expect(read({}, signed)).toMatchObject({ kind: "fault", problem: "malformed_credential" });
    },
  );
});

describe("other payloads", () => {
  it("are answered with 402", () => {
    const payload = { authorization, signature };
    expect(readEip3009Proof({ x402Version: 1, scheme: "exact", network: "base", payload })).toMatchObject({
      kind: "fault",
    });
    const upto = { ...evmOffer.requirements, scheme: "upto" as const };
    expect(readEip3009Proof({ x402Version: 2, accepted: upto, payload })).toMatchObject({ kind: "fault" });
    const permit = { permit2Authorization: {}, signature };
    expect(
      readEip3009Proof({ x402Version: 2, accepted: evmOffer.requirements, payload: permit }),
    ).toMatchObject({ kind: "fault" });
  });
  it("never throws on garbage", () => {
    const json = fc.jsonValue().map((value): Json => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("from", "to", "value", "nonce", "validAfter"), json),
        json,
        (change, signed) => {
          read(change, signed);
        },
      ),
    );
  });
});
