import { PERMIT2_ADDRESS } from "@x402/evm";
import { isAddressEqual, numberToHex, parseAbi, parseEventLogs } from "viem";
import type { Address, Hex, Log as ChainLog } from "viem";
import type { EvmNetwork } from "./evm-network.ts";
import type { Authorization } from "./payment-request.ts";

/** `settled`: as was asked. `used`: spent or cancelled, and no transaction was found that paid this. */
export type ChainState =
  | { readonly state: "unused" | "used" }
  | { readonly state: "settled"; readonly transaction: Hex };

/** What identifies a settlement on its chain. */
export type SettlementTrace = Pick<Authorization, "kind" | "asset" | "payer" | "payTo" | "amount" | "nonce">;

const abi = parseAbi([
  "function authorizationState(address authorizer, bytes32 nonce) view returns (bool)",
  "function nonceBitmap(address owner, uint256 word) view returns (uint256)",
  "event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
]);
const [, , authorizationUsed, transferEvent] = abi;

/** How far back logs are searched: what public nodes answer at once, and longer than authorizations live. */
const WINDOW = 2_000n;
const WINDOWS = 5n;

/** Asks the chain what became of an authorization, whoever settled it. Rejects where the node is away. */
export async function findSettlement(network: EvmNetwork, trace: SettlementTrace): Promise<ChainState> {
  if (!(await isUsed(network, trace))) return { state: "unused" };
  const newest = await network.client.getBlockNumber({ cacheTime: 0 });
  for (let window = 0n; window < WINDOWS; window++) {
    const toBlock = newest - window * WINDOW;
    if (toBlock < 0n) break;
    const fromBlock = toBlock >= WINDOW ? toBlock - WINDOW + 1n : 0n;
    // oxlint-disable-next-line no-await-in-loop -- the newest first, and seldom more than one
    const transaction = await searchLogs(network, trace, { fromBlock, toBlock });
    if (transaction !== undefined) return { state: "settled", transaction };
  }
  return { state: "used" };
}

/** Whether these logs move exactly what was asked from payer to payee. */
export function movesPayment(logs: readonly ChainLog[], trace: SettlementTrace): boolean {
  const own = logs.filter(({ address }) => isAddressEqual(address, trace.asset));
  return parseEventLogs({ abi, eventName: "Transfer", logs: own }).some(
    ({ args: { from, to, value } }) =>
      isAddressEqual(from, trace.payer) && isAddressEqual(to, trace.payTo) && value === trace.amount,
  );
}

async function isUsed({ client }: EvmNetwork, trace: SettlementTrace): Promise<boolean> {
  const { kind, asset, payer, nonce } = trace;
  if (kind === "eip3009") {
    const args = [payer, nonceWord(nonce)] as const;
    return client.readContract({ address: asset, abi, functionName: "authorizationState", args });
  }
  const address: Address = PERMIT2_ADDRESS;
  const args = [payer, nonce >> 8n] as const;
  const bits = await client.readContract({ address, abi, functionName: "nonceBitmap", args });
  return ((bits >> (nonce & 255n)) & 1n) === 1n;
}

/** EIP-3009 names the nonce in an event; Permit2 has none, there it stands in what the transaction called. */
async function searchLogs(
  { client }: EvmNetwork,
  trace: SettlementTrace,
  range: { readonly fromBlock: bigint; readonly toBlock: bigint },
): Promise<Hex | undefined> {
  const { kind, asset: address, payer, payTo, amount, nonce } = trace;
  if (kind === "eip3009") {
    const args = { authorizer: payer, nonce: nonceWord(nonce) };
    const [use] = await client.getLogs({ address, event: authorizationUsed, args, ...range });
    if (use === undefined) return undefined;
    const { status, logs } = await client.getTransactionReceipt({ hash: use.transactionHash });
    return status === "success" && movesPayment(logs, trace) ? use.transactionHash : undefined;
  }
  const args = { from: payer, to: payTo };
  const transfers = await client.getLogs({ address, event: transferEvent, args, ...range });
  const hashes = transfers
    .filter((log) => log.args.value === amount)
    .map(({ transactionHash }) => transactionHash)
    .toReversed();
  const inputs = await Promise.all(hashes.map((hash) => client.getTransaction({ hash })));
  const needle = nonceWord(nonce).slice(2);
  return inputs.find(({ input }) => input.includes(needle) && input.includes(payer.slice(2)))?.hash;
}

function nonceWord(nonce: bigint): Hex {
  return numberToHex(nonce, { size: 32 });
}
