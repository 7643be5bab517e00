import type { Address, Hex } from "viem";
import type { HttpSend } from "../../http-send.ts";
import { permit2, permit2Abi, proxies, proxyAbi, tokenAbi } from "./contracts.ts";
import { jsonRpc } from "./json-rpc.ts";
import type { StablecoinNetwork } from "./networks.ts";
import { actions, evm } from "./sdk.ts";

/** A transaction that is in a block, as far as a settlement is concerned. */
export interface MinedTransaction {
  readonly hash: Hex;
  /** Who sent it, EIP-55. */
  readonly sender: string;
  readonly block: bigint;
  readonly succeeded: boolean;
  /** Of the network's asset; addresses are EIP-55, amounts atomic. */
  readonly transfers: readonly {
    /** Its place among the logs. */
    readonly log: number;
    readonly from: string;
    readonly to: string;
    readonly value: bigint;
  }[];
  /** Authorizations of the asset that it used up (EIP-3009). */
  readonly authorizations: readonly {
    readonly log: number;
    readonly authorizer: string;
    readonly nonce: string;
  }[];
  /** The permit that it was sent to spend, where it calls one of x402's contracts itself. */
  readonly permit: { readonly owner: string; readonly nonce: bigint } | undefined;
}

export interface BlockHead {
  readonly number: bigint;
  /** Unix seconds. */
  readonly timestamp: bigint;
}

/** Reads of one chain; each rejects where the node does not answer. */
export interface EvmReader {
  readonly network: StablecoinNetwork;
  chainId(): Promise<bigint>;
  /** `0x` where nothing was deployed. */
  codeAt(address: string): Promise<Hex>;
  storageAt(address: string, slot: Hex): Promise<Hex>;
  /** Of the network's asset, atomic. */
  tokenBalance(address: string): Promise<bigint>;
  /** The newest block, or the one of that number. */
  head(number?: bigint): Promise<BlockHead>;
  /** EIP-3009: used or cancelled. */
  isAuthorizationUsed(authorizer: string, nonce: string): Promise<boolean>;
  /** Permit2: used or invalidated. */
  isPermitUsed(owner: string, nonce: bigint): Promise<boolean>;
  findTransaction(hash: string): Promise<MinedTransaction | undefined>;
  /** Transactions within the blocks that used up or cancelled the authorization: at most one. */
  listAuthorizationUses(
    use: { readonly authorizer: string; readonly nonce: string },
    range: BlockRange,
  ): Promise<Hex[]>;
  /** Transactions within the blocks that moved the asset so. */
  listTransfers(transfer: { readonly from: string; readonly to: string }, range: BlockRange): Promise<Hex[]>;
}

export interface BlockRange {
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
}

/** @param send The rail's way out; the RPC's address is the operator's. */
export function createEvmReader(network: StablecoinNetwork, send: HttpSend): EvmReader {
  const client = evm.createClient({ transport: jsonRpc(network.rpcUrl, send) });
  const token = evm.getAddress(network.asset.address);
  const read = { address: token, abi: tokenAbi } as const;
  const transfer = evm.getAbiItem({ abi: tokenAbi, name: "Transfer" });
  const used = evm.getAbiItem({ abi: tokenAbi, name: "AuthorizationUsed" });
  const canceled = evm.getAbiItem({ abi: tokenAbi, name: "AuthorizationCanceled" });
  return {
    network,
    chainId: async () => BigInt(await actions.getChainId(client)),
    codeAt: async (address) => (await actions.getCode(client, { address: at(address) })) ?? "0x",
    storageAt: async (address, slot) =>
      (await actions.getStorageAt(client, { address: at(address), slot })) ?? "0x",
    tokenBalance: (address) =>
      actions.readContract(client, { ...read, functionName: "balanceOf", args: [at(address)] }),
    head: async (number) => {
      const block = await actions.getBlock(client, number === undefined ? {} : { blockNumber: number });
      return { number: block.number, timestamp: block.timestamp };
    },
    isAuthorizationUsed: (authorizer, nonce) =>
      actions.readContract(client, {
        ...read,
        functionName: "authorizationState",
        args: [at(authorizer), hex(nonce)],
      }),
    isPermitUsed: async (owner, nonce) => {
      const word = await actions.readContract(client, {
        address: permit2,
        abi: permit2Abi,
        functionName: "nonceBitmap",
        args: [at(owner), nonce >> 8n],
      });
      return ((word >> (nonce & 0xffn)) & 1n) === 1n;
    },
    findTransaction: async (hash) => {
      const receipt = await orMissing(actions.getTransactionReceipt(client, { hash: hex(hash) }));
      if (receipt === undefined) return undefined;
      const { input, to, from: sender } = await actions.getTransaction(client, { hash: hex(hash) });
      const logs = receipt.logs.filter(({ address }) => evm.isAddressEqual(address, token));
      return {
        hash: receipt.transactionHash,
        sender,
        block: receipt.blockNumber,
        succeeded: receipt.status === "success",
        transfers: evm.parseEventLogs({ abi: tokenAbi, eventName: "Transfer", logs }).map(withLog),
        authorizations: evm
          .parseEventLogs({ abi: tokenAbi, eventName: "AuthorizationUsed", logs })
          .map(withLog),
        permit: to !== null && proxies.includes(evm.getAddress(to)) ? readPermit(input) : undefined,
      };
    },
    listAuthorizationUses: async ({ authorizer, nonce }, range) => {
      const args = { authorizer: at(authorizer), nonce: hex(nonce) };
      const logs = await Promise.all([
        actions.getLogs(client, { ...range, address: token, event: used, args }),
        actions.getLogs(client, { ...range, address: token, event: canceled, args }),
      ]);
      return hashes(logs.flat());
    },
    listTransfers: async ({ from, to }, range) => {
      const args = { from: at(from), to: at(to) };
      return hashes(await actions.getLogs(client, { ...range, address: token, event: transfer, args }));
    },
  };
}

function withLog<Args>({ args, logIndex }: { readonly args: Args; readonly logIndex: number }) {
  return { log: logIndex, ...args };
}

/** Strictly, by the contracts' own ABI: a payer may have put any bytes into what it signs. */
function readPermit(input: Hex): MinedTransaction["permit"] {
  try {
    const { args } = evm.decodeFunctionData({ abi: proxyAbi, data: input });
    for (const [index, each] of args.entries())
      if (typeof each === "object" && "permitted" in each) return ownerAfter(args.slice(index), each.nonce);
    return undefined;
  } catch {
    return undefined;
  }
}

function ownerAfter(args: readonly unknown[], nonce: bigint): MinedTransaction["permit"] {
  const owner = args.find((each) => typeof each === "string");
  return typeof owner === "string" ? { owner, nonce } : undefined;
}

function at(address: string): Address {
  return evm.getAddress(address);
}

function hex(text: string): Hex {
  if (!evm.isHex(text)) throw new RangeError("Not hexadecimal");
  return text;
}

function hashes(logs: readonly { readonly transactionHash: Hex }[]): Hex[] {
  return [...new Set(logs.map(({ transactionHash }) => transactionHash))];
}

/** A transaction that no block contains is no failure of the node. */
async function orMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof evm.TransactionReceiptNotFoundError) return undefined;
    throw error;
  }
}
