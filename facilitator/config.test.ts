import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const key = generatePrivateKey();
const token = "t".repeat(40);
const usdc = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
const good = {
  FACILITATOR_KEY: key,
  FACILITATOR_TOKEN: token,
  FACILITATOR_NETWORKS: "eip155:8453=https://rpc.example/v2/key,eip155:137=https://polygon.example",
  FACILITATOR_MAX_SPEND_WEI: "eip155:8453=1000,eip155:137=2000",
};

function faultsOf(settings: Record<string, string>): string {
  try {
    readConfig({ ...settings });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("There is no fault");
}

describe("a good configuration", () => {
  it("has defaults: USDC of each network, loopback, 4050, 20 seconds", () => {
    const { account, networks, host, port, receiptMs, payees } = readConfig({ ...good });
    expect(account.address).toBe(privateKeyToAccount(key).address);
    expect([host, port, receiptMs, payees]).toEqual(["127.0.0.1", 4050, 20_000, undefined]);
    expect(networks).toEqual([
      {
        network: "eip155:8453",
        chainId: 8453,
        rpcUrl: "https://rpc.example/v2/key",
        assets: new Set([usdc.toLowerCase()]),
        maxSpendWei: 1000n,
        maxGasPriceWei: undefined,
      },
      expect.objectContaining({ network: "eip155:137", maxSpendWei: 2000n }),
    ]);
  });

  it("leaves no secret in the environment", () => {
    const environment: Record<string, string | undefined> = { ...good, HOME: "/home/somebody" };
    readConfig(environment);
    expect(environment).toEqual({
      HOME: "/home/somebody",
      FACILITATOR_MAX_SPEND_WEI: good.FACILITATOR_MAX_SPEND_WEI,
    });
    const bad = { ...good, FACILITATOR_PORT: "x" };
    expect(() => readConfig(bad)).toThrow("FACILITATOR_PORT");
    expect(JSON.stringify(bad)).not.toContain(key);
  });

  it("takes the key out of a file", () => {
    const file = join(mkdtempSync(join(tmpdir(), "key-")), "key");
    writeFileSync(file, `${key}\n`);
    const { FACILITATOR_KEY: _, ...rest } = good;
    const { account } = readConfig({ ...rest, FACILITATOR_KEY_FILE: file });
    expect(account.address).toBe(privateKeyToAccount(key).address);
    expect(faultsOf({ ...rest, FACILITATOR_KEY_FILE: `${file}.nowhere` })).toContain("cannot be read");
    expect(faultsOf({ ...good, FACILITATOR_KEY_FILE: file })).toContain("both set");
  });

  it("takes one bound for all networks, several assets, other chains with a named asset", () => {
    const { networks } = readConfig({
      ...good,
      FACILITATOR_MAX_SPEND_WEI: "5000",
      FACILITATOR_NETWORKS: "eip155:8453=https://rpc.example,eip155:31337=http://127.0.0.1:8545",
      FACILITATOR_ASSETS: `eip155:31337=${usdc},eip155:31337=0x036CbD53842c5426634e7929541eC2318f3dCF7e`,
    });
    expect(networks.map(({ assets, maxSpendWei }) => [assets.size, maxSpendWei])).toEqual([
      [1, 5000n],
      [2, 5000n],
    ]);
  });
});

it("every fault is told at once, by name, and no value is repeated", () => {
  const canary = "canary-5f1e";
  const faults = faultsOf({
    FACILITATOR_KEY: `0x${canary}`,
    FACILITATOR_TOKEN: canary,
    FACILITATOR_PORT: canary,
    FACILITATOR_NETWORKS: `eip155:31337=ftp://${canary},${canary}`,
    FACILITATOR_ASSETS: `eip155:31337=${canary}`,
    FACILITATOR_MAX_SPEND_WEI: canary,
    FACILITATOR_MAX_GAS_PRICE_WEI: `-${canary}`,
    FACILITATOR_PAYEES: canary,
    FACILITATOR_RECEIPT_SECONDS: "0",
  });
  for (const name of ["KEY", "TOKEN", "PORT", "NETWORKS", "ASSETS", "MAX_SPEND_WEI", "MAX_GAS_PRICE_WEI"])
    expect(faults).toContain(`FACILITATOR_${name} `);
  expect(faults).toContain("FACILITATOR_PAYEES ");
  expect(faults).toContain("FACILITATOR_RECEIPT_SECONDS ");
  expect(faults).not.toContain(canary);
  expect(faultsOf({}).match(/is not set/g)).toHaveLength(3);
});

it.each([
  ["no key of the curve", { FACILITATOR_KEY: `0x${"0".repeat(64)}` }, "secp256k1"],
  ["a network without a bound", { FACILITATOR_MAX_SPEND_WEI: "eip155:137=5" }, "nothing about eip155:8453"],
  ["a network twice", { FACILITATOR_NETWORKS: "eip155:137=http://a,eip155:137=http://b" }, "twice"],
  ["a chain whose USDC nobody knows", { FACILITATOR_NETWORKS: "eip155:31337=http://a" }, "name a token"],
  ["an address with a typing error", { FACILITATOR_PAYEES: usdc.replace("8f4c", "8F4c") }, "checksummed"],
])("is refused: %s", (_name, change, words) => {
  expect(faultsOf({ ...good, ...change })).toContain(words);
});
