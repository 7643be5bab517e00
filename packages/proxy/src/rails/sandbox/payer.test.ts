import { createPayingFetch } from "@x402-paywall/core/client";
import { hashTypedData, hexToBytes, recoverTypedDataAddress } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { expect, it } from "vitest";
import { createWorld, jsonBody } from "../../../test/engine-fixtures.ts";
import { nobleCurve } from "../../evm/curve.ts";
import { SANDBOX_ASSET } from "./evm-terms.ts";
import { createSandboxPayer } from "./payer.ts";

const privateKey = new Uint8Array(32).fill(0x4f);
const data = {
  domain: { name: "USDC", version: "2", chainId: 84_532, verifyingContract: SANDBOX_ASSET },
  types: {
    TransferWithAuthorization: [
      { name: "from", type: "address" },
      { name: "to", type: "address" },
      { name: "value", type: "uint256" },
      { name: "validAfter", type: "uint256" },
      { name: "validBefore", type: "uint256" },
      { name: "nonce", type: "bytes32" },
    ],
  },
  primaryType: "TransferWithAuthorization",
  message: {
    from: "0x1111111111111111111111111111111111111111",
    to: "0x2222222222222222222222222222222222222222",
    value: 10_000n,
    validAfter: 1n,
    validBefore: 2n,
    nonce: `0x${"ab".repeat(32)}`,
  },
} as const;
const typed = { ...data, types: { TransferWithAuthorization: [...data.types.TransferWithAuthorization] } };

it("signs as any EIP-712 wallet would", async () => {
  const payer = createSandboxPayer({ privateKey });
  expect(payer.address).toBe(privateKeyToAddress(`0x${"4f".repeat(32)}`));
  const signature = await payer.signTypedData(typed);
  expect(await recoverTypedDataAddress({ ...data, signature: `0x${signature.slice(2)}` })).toBe(
    payer.address,
  );
  expect(signature).toHaveLength(132);
  expect(hexToBytes(hashTypedData(data))).toHaveLength(32);
});

it("has a key of its own each time", () => {
  expect(createSandboxPayer().address).not.toBe(createSandboxPayer().address);
});

it("signs for no chain on which there is money, nor for what is no address", async () => {
  const payer = createSandboxPayer({ curve: nobleCurve });
  const domain = { ...typed.domain, chainId: 8453 };
  await expect(payer.signTypedData({ ...typed, domain })).rejects.toThrow("eip155:84532 only");
  const message = { ...typed.message, to: "0x22" as const };
  await expect(payer.signTypedData({ ...typed, message })).rejects.toThrow("no address");
});

it("pays the sandbox through the paying fetch", async () => {
  const world = createWorld();
  let paid: string | null = null;
  const pay = createPayingFetch({
    wallets: { evm: createSandboxPayer() },
    budget: { totalUsd: 10_000n },
    now: () => Math.floor(world.now / 1000),
    fetch: async (_, init) => {
      const headers = new Headers(init?.headers);
      paid = headers.get("payment-signature");
      const decision = await world.get("/p/demo", [...headers]);
      if (decision.kind === "granted") return new Response("content");
      const { status, ...body } = jsonBody(decision);
      const sent =
        decision.kind === "refused" ? decision.head.headers.map(([n, v]): [string, string] => [n, v]) : [];
      return new Response(JSON.stringify(body), { status, headers: sent });
    },
  });
  expect(await (await pay("http://127.0.0.1:4020/p/demo")).text()).toBe("content");
  expect(paid).not.toBeNull();
});
