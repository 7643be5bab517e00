import { getDefaultAsset } from "@x402/evm";
import { describe, expect, it } from "vitest";
import { KNOWN_NETWORKS } from "./networks.ts";

describe("the known networks", () => {
  it.each(KNOWN_NETWORKS.map((network) => [network.name, network] as const))(
    "take the asset on %s that stock clients pay with",
    (_, { network, chainId, asset }) => {
      const theirs = getDefaultAsset(network, "USDC");
      expect(network).toBe(`eip155:${chainId}`);
      expect(asset).toEqual({
        address: theirs.asset,
        symbol: theirs.symbol,
        name: theirs.name,
        version: theirs.version,
        decimals: theirs.decimals,
      });
    },
  );
});
