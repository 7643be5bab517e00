import { parseAbi } from "viem";
import type { Address } from "viem";
import type { NetworkConfig } from "./config.ts";
import type { ChainClient } from "./evm-network.ts";
import { unavailable } from "./unavailable.ts";

/** What a transaction pays for gas; `maxPrice`: the most in wei for a unit of it. */
export interface Fees {
  readonly maxPrice: bigint;
  readonly fields:
    | { readonly type: "eip1559"; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
    | { readonly type: "legacy"; readonly gasPrice: bigint };
}

export interface GasPrices {
  /** Of this second. @throws PaywallError 503 above the configured price */
  fees(): Promise<Fees>;
  /** Most in wei that the data of a transaction of so many bytes costs beside its gas; 0 where it costs nothing. */
  dataFee(bytes: number): Promise<bigint>;
}

const FEES_MS = 1_000;
/** Where chains of the OP stack (Base) say what a transaction's data costs on Ethereum. */
const DATA_FEE_ORACLE: Address = "0x420000000000000000000000000000000000000F";
const oracleAbi = parseAbi(["function getL1FeeUpperBound(uint256 unsignedTxSize) view returns (uint256)"]);

/** @param clock Unix milliseconds. */
export function createGasPrices(
  client: ChainClient,
  { network, maxGasPriceWei }: NetworkConfig,
  clock: () => number,
): GasPrices {
  let oracle: Promise<boolean> | undefined;
  let latest: { readonly at: number; readonly value: Promise<Fees> } | undefined;
  const refuseAbove = (price: bigint): void => {
    if (maxGasPriceWei !== undefined && price > maxGasPriceWei)
      throw unavailable(`Gas on ${network} costs more than is allowed at the moment`, 30);
  };
  const read = async (): Promise<Fees> => {
    const [{ baseFeePerGas }, tip] = await Promise.all([
      client.getBlock(),
      // Where there is no base fee, there is no tip either.
      client.estimateMaxPriorityFeePerGas().catch(() => 0n),
    ]);
    if (baseFeePerGas === null) {
      const gasPrice = ((await client.getGasPrice()) * 12n) / 10n;
      refuseAbove(gasPrice);
      return { maxPrice: gasPrice, fields: { type: "legacy", gasPrice } };
    }
    refuseAbove(baseFeePerGas + tip);
    // Twice the base fee: the price after five full blocks in a row.
    const wanted = 2n * baseFeePerGas + tip;
    const isTooMuch = maxGasPriceWei !== undefined && wanted > maxGasPriceWei;
    const maxFeePerGas = isTooMuch ? maxGasPriceWei : wanted;
    return {
      maxPrice: maxFeePerGas,
      fields: { type: "eip1559", maxFeePerGas, maxPriorityFeePerGas: tip },
    };
  };
  const hasOracle = async (): Promise<boolean> =>
    ((await client.getCode({ address: DATA_FEE_ORACLE })) ?? "0x") !== "0x";
  return {
    fees: () => {
      if (latest !== undefined && clock() - latest.at <= FEES_MS) return latest.value;
      const value = read();
      latest = { at: clock(), value };
      value.catch(() => (latest = undefined));
      return value;
    },
    dataFee: async (bytes) => {
      oracle ??= hasOracle().catch((error: unknown) => {
        oracle = undefined;
        throw error;
      });
      if (!(await oracle)) return 0n;
      const args = [BigInt(bytes)] as const;
      const call = { address: DATA_FEE_ORACLE, abi: oracleAbi, functionName: "getL1FeeUpperBound" } as const;
      // Ethereum's base fee may rise until the transaction is in a block.
      return 2n * (await client.readContract({ ...call, args }));
    },
  };
}
