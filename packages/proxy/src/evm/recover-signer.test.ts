import fc from "fast-check";
import { checksumAddress as viemChecksum, hashTypedData, hexToBytes } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { addressOf, checksumAddress } from "./address.ts";
import { type Curve, loadCurve, nobleCurve } from "./curve.ts";
import { createEip3009Digest } from "./eip3009-digest.ts";
import { recoverSigner } from "./recover-signer.ts";

const key = `0x${"4f".repeat(32)}` as const;
const account = privateKeyToAccount(key);
const token = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const domain = { name: "USDC", version: "2", chainId: 84_532n, verifyingContract: token } as const;
const types = {
  TransferWithAuthorization: [
    { name: "from", type: "address" },
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "validAfter", type: "uint256" },
    { name: "validBefore", type: "uint256" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;
const authorization = {
  from: account.address,
  to: token,
  value: 10_000n,
  validAfter: 0n,
  validBefore: 2_000_000_000n,
  nonce: `0x${"ab".repeat(32)}`,
} as const;
const digestOf = createEip3009Digest(domain);
const typed = { domain, types, primaryType: "TransferWithAuthorization" } as const;

function digest(): Uint8Array {
  const bytes = digestOf(authorization);
  if (bytes === undefined) throw new Error("no digest");
  return bytes;
}

describe("the digest", () => {
  it("is the one a general EIP-712 encoder computes", () => {
    const uint = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const hex = (value: Uint8Array): `0x${string}` => `0x${Buffer.from(value).toString("hex")}`;
    fc.assert(
      fc.property(
        bytes(20),
        bytes(20),
        uint,
        uint,
        uint,
        bytes(32),
        (from, to, value, validAfter, validBefore, nonce) => {
          const message = { from: hex(from), to: hex(to), value, validAfter, validBefore, nonce: hex(nonce) };
          expect(digestOf(message)).toEqual(hexToBytes(hashTypedData({ ...typed, message })));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ["a negative value", { value: -1n }],
    ["a value of 257 bits", { value: 2n ** 256n }],
    ["a short address", { from: "0x1234" }],
    ["a nonce that is not hexadecimal", { nonce: "0xzz" }],
    ["an address without 0x", { to: token.slice(2) }],
  ] as const)("refuses %s", (_, change) => {
    expect(digestOf({ ...authorization, ...change })).toBeUndefined();
  });
});

describe.each(["noble", "native"] as const)("recovery with %s", (name) => {
  let curve: Curve = nobleCurve;
  beforeAll(async () => {
    if (name === "native") curve = await loadCurve();
  });

  it("finds the signer", async () => {
    const signature = await account.signTypedData({ ...typed, message: authorization });
    expect(recoverSigner(digest(), signature, curve)).toBe(account.address.toLowerCase());
    // v as 0/1 is how hardware wallets write it.
    const v = signature.endsWith("1b") ? "00" : "01";
    expect(recoverSigner(digest(), signature.slice(0, 130) + v, curve)).toBe(account.address.toLowerCase());
  });

  it("refuses what is not one plain signature", async () => {
    const signature = await account.signTypedData({ ...typed, message: authorization });
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const highS = (order - BigInt(`0x${signature.slice(66, 130)}`)).toString(16).padStart(64, "0");
    const flipped = signature.endsWith("1b") ? "1c" : "1b";
    const bad = [
      `0x${"00".repeat(65)}`,
      `0x${"00".repeat(32)}${signature.slice(66)}`,
      `0x${"ff".repeat(64)}1b`,
      signature.slice(0, 66) + highS + flipped,
      signature.slice(0, 130),
      `${signature}00`,
      `${signature.slice(0, 130)}1d`,
      `${signature}${"6492".repeat(16)}`,
      "0x",
      signature.slice(2),
    ];
    for (const each of bad) expect(recoverSigner(digest(), each, curve)).toBeUndefined();
  });

  it("signs what it recovers", () => {
    const { signature, recoveryId } = curve.sign(digest(), hexToBytes(key));
    const publicKey = curve.recover(digest(), signature, recoveryId);
    expect(publicKey).toEqual(curve.publicKey(hexToBytes(key)));
    expect(publicKey && checksumAddress(addressOf(publicKey))).toBe(account.address);
  });
});

it("checksums addresses as EIP-55 says", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
      const address: `0x${string}` = `0x${Buffer.from(bytes).toString("hex")}`;
      expect(checksumAddress(address)).toBe(viemChecksum(address));
    }),
    { numRuns: 50 },
  );
});
