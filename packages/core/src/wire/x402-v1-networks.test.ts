import { EVM_NETWORK_CHAIN_ID_MAP } from "@x402/evm/v1";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { networkOfV1 } from "./x402-v1-networks.ts";

it("knows each network that the official client pays on", () => {
  for (const [name, chainId] of Object.entries(EVM_NETWORK_CHAIN_ID_MAP))
    expect(networkOfV1(name), name).toBe(`eip155:${chainId}`);
  expect(networkOfV1("arbitrum")).toBe("eip155:42161");
});

it("takes CAIP-2 of EVM chains in its one spelling, and nothing else", () => {
  expect(networkOfV1("eip155:8453")).toBe("eip155:8453");
  for (const name of [
    "",
    "Base",
    "base ",
    "eip155:",
    "eip155:08453",
    "eip155:0",
    "eip155:1e3",
    "solana",
    "__proto__",
  ])
    expect(networkOfV1(name), name).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(networkOfV1(name) ?? "eip155:1").toMatch(/^eip155:[1-9]\d*$/);
    }),
  );
});
