import {
  permit2WitnessTypes,
  PERMIT2_ADDRESS as theirPermit2,
  uptoPermit2WitnessTypes,
  x402ExactPermit2ProxyAddress,
  x402UptoPermit2ProxyAddress,
} from "@x402/evm";
import fc from "fast-check";
import { hashTypedData, hexToBytes } from "viem";
import { describe, expect, it } from "vitest";
import {
  createPermit2Digest,
  EXACT_PROXY_ADDRESS,
  PERMIT2_ADDRESS,
  UPTO_PROXY_ADDRESS,
} from "./permit2-digest.ts";

const digestOf = createPermit2Digest(84_532n);
const address = (digit: string): `0x${string}` => `0x${digit.repeat(40)}`;
const authorization = {
  from: address("a"),
  token: address("1"),
  amount: 1_000_000n,
  spender: address("2"),
  nonce: 7n,
  deadline: 2_000_000_000n,
  to: address("3"),
  facilitator: address("4"),
  validAfter: 0n,
};

describe("the digest of a permit", () => {
  it("is the one a general EIP-712 encoder computes", () => {
    const uint = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
    const hex = fc
      .uint8Array({ minLength: 20, maxLength: 20 })
      .map((bytes): `0x${string}` => `0x${Buffer.from(bytes).toString("hex")}`);
    const permits = fc.record({
      from: hex,
      token: hex,
      amount: uint,
      spender: hex,
      nonce: uint,
      deadline: uint,
      to: hex,
      facilitator: fc.option(hex),
      validAfter: uint,
    });
    fc.assert(
      fc.property(permits, fc.integer({ min: 1, max: 2 ** 31 }), (permit, chainId) => {
        const { token, amount, spender, nonce, deadline, to, facilitator, validAfter } = permit;
        const domain = { name: "Permit2", chainId, verifyingContract: theirPermit2 };
        const primaryType = "PermitWitnessTransferFrom";
        const common = { permitted: { token, amount }, spender, nonce, deadline };
        const general =
          facilitator === null
            ? hashTypedData({
                domain,
                primaryType,
                types: permit2WitnessTypes,
                message: { ...common, witness: { to, validAfter } },
              })
            : hashTypedData({
                domain,
                primaryType,
                types: uptoPermit2WitnessTypes,
                message: { ...common, witness: { to, facilitator, validAfter } },
              });
        expect(createPermit2Digest(BigInt(chainId))(permit)).toEqual(hexToBytes(general));
      }),
      { numRuns: 100 },
    );
  });

  it("names the contracts that stock clients sign for", () => {
    expect(PERMIT2_ADDRESS).toBe(theirPermit2);
    expect(UPTO_PROXY_ADDRESS).toBe(x402UptoPermit2ProxyAddress);
    expect(EXACT_PROXY_ADDRESS).toBe(x402ExactPermit2ProxyAddress);
  });

  it.each([
    ["a negative amount", { amount: -1n }],
    ["a nonce of 257 bits", { nonce: 2n ** 256n }],
    ["a short token", { token: "0x1234" }],
    ["a facilitator that is not hexadecimal", { facilitator: `0x${"z".repeat(40)}` }],
    ["a payee without 0x", { to: "33".repeat(20) }],
  ] as const)("is refused for %s", (_, change) => {
    expect(digestOf(authorization)).toBeDefined();
    expect(digestOf({ ...authorization, ...change })).toBeUndefined();
  });
});
