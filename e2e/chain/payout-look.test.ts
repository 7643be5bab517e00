import { createHttpSend } from "@x402-paywall/proxy/node";
import { createEvmReader, KNOWN_NETWORKS } from "@x402-paywall/proxy/rails/stablecoin";
import { pad, type Address, type Hex } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeLooks } from "../../lib/services/payouts/describe-looks.ts";
import { lookAtNetwork } from "../../lib/services/payouts/look-at-network.ts";
import { type Chain, startChain, USDC } from "./start-chain.ts";

let chain: Chain;
const outbound = createHttpSend();
beforeAll(async () => {
  chain = await startChain();
});
afterAll(async () => {
  await chain.close();
  await outbound.close();
});

const place: Address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const implementation: Address = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
const implementationSlot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const execute: Hex = "0x6080604052346363b61d27f614601157fe";
const mute: Hex = "0x60806040523463deadbeef14601157fe";

function look(address: string, rpcUrl = chain.rpcUrl) {
  const known = KNOWN_NETWORKS.find(({ network }) => network === chain.network);
  if (known === undefined) throw new Error("Base Sepolia is not known");
  const network = { ...known, rpcUrl };
  return lookAtNetwork(network, createEvmReader(network, outbound.send), address);
}

it("reads an account's balance to the last unit", async () => {
  await chain.fund(place, 1_500_001n);
  expect(await look(place)).toMatchObject({ outcome: "read", kind: "account", balance: 1_500_001n });
});

it("tells a contract from an account, also from one with delegated code", async () => {
  await chain.client.setCode({ address: place, bytecode: mute });
  expect(await look(place)).toMatchObject({ kind: "contract", wayOut: false });
  await chain.client.setCode({ address: place, bytecode: `0xef0100${"ab".repeat(20)}` });
  expect(await look(place)).toMatchObject({ kind: "account", delegated: true });
});

it("follows a proxy to the code that it delegates to", async () => {
  await chain.client.setCode({ address: place, bytecode: mute });
  await chain.client.setCode({ address: implementation, bytecode: execute });
  await chain.client.setStorageAt({ address: place, index: implementationSlot, value: pad(implementation) });
  expect(await look(place)).toMatchObject({ kind: "contract", wayOut: true });
});

it("finds no way out of a token, which moves only itself", async () => {
  expect(await look(USDC)).toMatchObject({ kind: "contract", wayOut: false });
});

it("says that a chain is away, and nothing of where it was looked for", async () => {
  const away = await look(place, "http://127.0.0.1:1/v2/secret-key");
  expect(away.outcome).toBe("unreachable");
  expect(JSON.stringify(describeLooks([away]))).not.toContain("secret-key");
});
