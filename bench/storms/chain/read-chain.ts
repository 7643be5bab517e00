import { eip3009PaymentKey } from "@x402-paywall/core";
import { isAddressEqual, parseAbiItem } from "viem";
import type { Address, Hex } from "viem";
import type { Chain } from "../../../e2e/chain/start-chain.ts";
import type { ChainTransfer } from "../checker/check-chain.ts";

const transferEvent = parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 value)");
const usedEvent = parseAbiItem("event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)");

/**
 * Every movement of the payers' money, read from the node itself: no gateway, no facilitator and no database is asked.
 * What it was for follows from the authorization that the same transaction used, or from the permit in its calldata.
 */
export async function readTransfers(
  { client, asset, network }: Chain,
  payers: readonly Address[],
  permits: ReadonlyMap<string, string>,
): Promise<readonly ChainTransfer[]> {
  const query = { address: asset, fromBlock: 0n, strict: true } as const;
  const used = await client.getLogs({ ...query, event: usedEvent });
  const uses = new Map(
    used.map(({ args, transactionHash }): [Hex, string] => [
      transactionHash,
      eip3009PaymentKey(network, asset, args.authorizer, args.nonce),
    ]),
  );
  const logs = await client.getLogs({ ...query, event: transferEvent });
  const moved = logs.filter(({ args }) => payers.some((payer) => isAddressEqual(payer, args.from)));
  const times = new Map<bigint, number>();
  const found: ChainTransfer[] = [];
  for (const { args, transactionHash, blockNumber } of moved) {
    const at = times.get(blockNumber) ?? Number((await client.getBlock({ blockNumber })).timestamp) * 1000;
    times.set(blockNumber, at);
    const paymentKey = uses.get(transactionHash) ?? findPermit(await inputOf(transactionHash), permits);
    const { from, to, value: amount } = args;
    found.push({ paymentKey, from, to, amount, at, transaction: transactionHash });
  }
  return found;

  async function inputOf(hash: Hex): Promise<Hex> {
    return (await client.getTransaction({ hash })).input;
  }
}

/** Calldata is a selector and words. */
function findPermit(input: Hex, permits: ReadonlyMap<string, string>): string | undefined {
  for (let at = 10; at + 64 <= input.length; at += 64) {
    const paymentKey = permits.get(input.slice(at, at + 64));
    if (paymentKey !== undefined) return paymentKey;
  }
  return undefined;
}
