import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evmOffer, now } from "../../test-support/fixtures.ts";
import type { Json } from "../canonical-json.ts";
import { readEvmProof } from "./evm-proof.ts";
import { readPermit2Proof } from "./permit2.ts";
import type { PaymentPayload, PaymentRequirements } from "./x402.ts";

const { requirements: exact } = evmOffer;
const upto: PaymentRequirements = { ...exact, scheme: "upto" };
const address = (digit: string) => `0x${digit.repeat(40)}`;
const max = (1n << 256n) - 1n;
const permit = {
  from: address("Aa").slice(0, 42),
  permitted: { token: address("1"), amount: "9007199254740993" },
  spender: address("2"),
  nonce: max.toString(),
  deadline: String(now + 60),
  witness: { to: address("3"), facilitator: address("4"), validAfter: "0" },
};
const signature = `0x${"cD".repeat(65)}`;

interface Change {
  readonly permit?: Record<string, Json>;
  readonly permitted?: Record<string, Json>;
  readonly witness?: Record<string, Json>;
  readonly signature?: Json;
}

function read(change: Change = {}, accepted = upto) {
  const permit2Authorization: Json = {
    ...permit,
    permitted: { ...permit.permitted, ...change.permitted },
    witness: { ...permit.witness, ...change.witness },
    ...change.permit,
  };
  return readPermit2Proof({
    x402Version: 2,
    accepted,
    payload: { permit2Authorization, signature: change.signature ?? signature },
  });
}

describe("readPermit2Proof", () => {
  it("reads integers exactly and hex in lower case", () => {
    expect(read()).toEqual({
      kind: "permit2",
      requirements: upto,
      authorization: {
        from: permit.from.toLowerCase(),
        token: address("1"),
        amount: 9_007_199_254_740_993n,
        spender: address("2"),
        nonce: max,
        deadline: BigInt(now + 60),
        to: address("3"),
        facilitator: address("4"),
        validAfter: 0n,
      },
      signature: signature.toLowerCase(),
    });
  });

  it.each([
    "-1",
    "+1",
    "01",
    "0.1",
    "1e3",
    "0x10",
    "",
    " 1",
    "1n",
    "١",
    (max + 1n).toString(),
    100,
    null,
    ["1"],
  ])("answers 400 to the number %j", (value) => {
    const faults = [
      read({ permitted: { amount: value } }),
      read({ permit: { nonce: value } }),
      read({ permit: { deadline: value } }),
      read({ witness: { validAfter: value } }),
    ];
    for (const fault of faults) expect(fault).toMatchObject({ kind: "fault", problem: "bad_request" });
  });

  it.each<[string, Change]>([
    ["a short owner", { permit: { from: "0xabcd" } }],
    ["a spender without 0x", { permit: { spender: "22".repeat(20) } }],
    ["a token that is a name", { permitted: { token: "USDC" } }],
    ["a payee of 21 bytes", { witness: { to: `0x${"11".repeat(21)}` } }],
    ["a facilitator that is null", { witness: { facilitator: null } }],
    ["permitted that is a list", { permit: { permitted: [permit.permitted] } }],
    ["no witness", { permit: { witness: null } }],
    ["a signature of 64 bytes", { signature: `0x${"00".repeat(64)}` }],
    ["a contract's signature", { signature: `0x${"00".repeat(300)}` }],
    ["a signature that is a number", { signature: 5 }],
  ])("answers 402 to %s", (_name, change) => {
    expect(read(change)).toMatchObject({ kind: "fault", problem: "malformed_credential" });
  });

  it("reads the witness that the scheme signs: only that of upto names a facilitator", () => {
    const { to, validAfter } = permit.witness;
    const unnamed = { permit: { witness: { to, validAfter } } };
    expect(read(unnamed)).toMatchObject({ kind: "fault", problem: "malformed_credential" });
    expect(read(unnamed, exact)).toMatchObject({
      kind: "permit2",
      requirements: exact,
      authorization: { to, facilitator: null, validAfter: 0n },
    });
    expect(read({}, exact)).toMatchObject({ kind: "permit2", authorization: { facilitator: null } });
  });

  it("never throws on garbage", () => {
    const json = fc.jsonValue().map((value): Json => JSON.parse(JSON.stringify(value)));
    const some = (...names: string[]) => fc.dictionary(fc.constantFrom(...names), json);
    fc.assert(
      fc.property(
        some("from", "spender", "nonce", "permitted", "witness"),
        some("token", "amount"),
        some("to", "facilitator", "validAfter"),
        json,
        fc.constantFrom(upto, exact),
        (changed, permitted, witness, signed, accepted) => {
          read({ permit: changed, permitted, witness, signature: signed }, accepted);
        },
      ),
    );
  });
});

describe("readEvmProof", () => {
  const permitPayload = { permit2Authorization: permit, signature };
  const authorization = {
    from: address("a"),
    to: address("b"),
    value: "1",
    validAfter: "0",
    validBefore: "1",
    nonce: `0x${"ab".repeat(32)}`,
  };
  const transferPayload = { authorization, signature };
  const of = (accepted: PaymentRequirements, payload: PaymentPayload["payload"]): PaymentPayload => ({
    x402Version: 2,
    accepted,
    payload,
  });

  it("goes by the scheme of the requirements; in exact by what was signed", () => {
    expect(readEvmProof(of(upto, permitPayload)).kind).toBe("permit2");
    expect(readEvmProof(of(exact, transferPayload)).kind).toBe("eip3009");
    expect(readEvmProof(of(exact, permitPayload)).kind).toBe("permit2");
    expect(readEvmProof(of(exact, permitPayload), upto)).toMatchObject({
      authorization: { facilitator: address("4") },
    });
  });

  it("refuses two payments in one payload", () => {
    const both = { ...permitPayload, ...transferPayload };
    expect(readEvmProof(of(upto, both)).kind).toBe("permit2");
    for (const second of [permit, null, 0])
      expect(readEvmProof(of(exact, { ...transferPayload, permit2Authorization: second }))).toMatchObject({
        kind: "fault",
        problem: "malformed_credential",
      });
  });

  it("answers 402 where the payload is of the other scheme", () => {
    const faults = [
      readEvmProof(of(upto, transferPayload)),
      readEvmProof({ x402Version: 1, scheme: "upto", network: "base", payload: permitPayload }),
      readPermit2Proof(of(exact, transferPayload)),
    ];
    for (const fault of faults)
      expect(fault).toMatchObject({ kind: "fault", problem: "malformed_credential" });
  });
});
