import type { EvmAsset } from "../../evm/evm-asset.ts";
import type { SettledAmount } from "../../rail.ts";

/** USDC on Base Sepolia: what stock x402 clients pay with on this network without being told anything. */
export const SANDBOX_NETWORK = "eip155:84532";
export const SANDBOX_ASSET = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
export const SANDBOX_CHAIN_ID = 84_532n;
export const SANDBOX_TOKEN: EvmAsset = {
  network: SANDBOX_NETWORK,
  chainId: SANDBOX_CHAIN_ID,
  address: SANDBOX_ASSET,
  name: "USDC",
  version: "2",
};

/** µUSD and USDC share their unit. */
export function usdc(amount: bigint): SettledAmount {
  return { asset: "USDC", amount: amount.toString(), unit: "1e-6", network: SANDBOX_NETWORK };
}
