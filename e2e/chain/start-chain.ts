import { PERMIT2_ADDRESS, x402ExactPermit2ProxyAddress, x402UptoPermit2ProxyAddress } from "@x402/evm";
import {
  createTestClient,
  defineChain,
  getAbiItem,
  http,
  maxUint256,
  parseAbi,
  parseEther,
  publicActions,
  walletActions,
  type Address,
  type Hex,
  type LocalAccount,
} from "viem";
import { deriveAccounts } from "./chain-accounts.ts";
import { compileContracts } from "./compile-contracts.ts";
import { createQueue } from "./create-queue.ts";
import { runAnvil } from "./run-anvil.ts";

/** USDC of Base Sepolia, where stock clients and `@x402/evm` expect it. */
export const USDC: Address = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

export const usdcAbi = parseAbi([
  "function mint(address to, uint256 value)",
  "function transfer(address to, uint256 value) returns (bool)",
  "function approve(address spender, uint256 value) returns (bool)",
  "function balanceOf(address owner) view returns (uint256)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function authorizationState(address authorizer, bytes32 nonce) view returns (bool)",
  "function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)",
  "function cancelAuthorization(address authorizer, bytes32 nonce, bytes signature)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)",
  "event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce)",
]);

const transferEvent = getAbiItem({ abi: usdcAbi, name: "Transfer" });

const PLACES: Readonly<Record<string, Address>> = {
  TestUsdc: USDC,
  Permit2: PERMIT2_ADDRESS,
  ExactPermit2Proxy: x402ExactPermit2ProxyAddress,
  UptoPermit2Proxy: x402UptoPermit2ProxyAddress,
  Multicall3: "0xcA11bde05977b3631167028862bE2a173976CA11",
};

export interface ChainOptions {
  /** Interval mining in whole seconds; without it each transaction is mined at once. */
  readonly blockSeconds?: number;
}

export type Chain = Awaited<ReturnType<typeof startChain>>;

/** A chain that runs somewhere, and is somebody else's to end. */
export type OpenChain = ReturnType<typeof openChain>;

const CHAIN_ID = 84_532;

/**
 * A chain of its own that calls itself Base Sepolia: anvil with USDC (EIP-3009), Permit2, the x402 proxies and Multicall3
 * at their real addresses, so that unmodified clients and facilitators pay on it. Gone when this process is.
 */
export async function startChain(options: ChainOptions = {}) {
  const { blockSeconds } = options;
  const timing = blockSeconds === undefined ? [] : ["--block-time", String(blockSeconds)];
  const [contracts, { rpcUrl, close }] = await Promise.all([
    compileContracts(),
    runAnvil(["--chain-id", String(CHAIN_ID), "--accounts", "11", ...timing]),
  ]);
  const chain = openChain(rpcUrl, options);
  await Promise.all(
    Object.entries(PLACES).map(async ([name, address]) => {
      const bytecode = contracts.get(name);
      if (bytecode === undefined) throw new Error(`No contract is called ${name}`);
      await chain.client.setCode({ address, bytecode });
    }),
  );
  return { ...chain, close };
}

/** A chain that another process has started. Only one of them may fund at a time: they share the minter's nonces. */
export function openChain(rpcUrl: string, { blockSeconds }: ChainOptions = {}) {
  const { accounts, minter } = deriveAccounts();
  const client = createChainClient(CHAIN_ID, rpcUrl, accounts[0]);

  /** Mines what was sent, also where blocks come by the clock. @throws when the transaction reverted. */
  const include = async (hash: Hex): Promise<void> => {
    if (blockSeconds !== undefined) await client.mine({ blocks: 1 });
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`Transaction ${hash} reverted`);
  };

  const mints = createQueue();
  return {
    rpcUrl,
    /** CAIP-2. */
    network: `eip155:${CHAIN_ID}` as const,
    asset: USDC,
    accounts,
    client,
    include,
    /** Mints USDC (atomic units, 6 decimals) to an address, and gives it ten ether for gas. */
    async fund(address: Address, usdcAtomic: bigint): Promise<void> {
      await client.setBalance({ address, value: parseEther("10") });
      const args = [address, usdcAtomic] as const;
      const call = { address: USDC, abi: usdcAbi, functionName: "mint", args } as const;
      await include(await mints(() => client.writeContract({ ...call, account: minter })));
    },
    /** A client that signs with another account. */
    connect: (account: LocalAccount) => createChainClient(CHAIN_ID, rpcUrl, account),
    /** Every transfer of USDC to or from an address since the genesis, mints included, as the chain has it. */
    async transfers(filter: { readonly from?: Address; readonly to?: Address }) {
      const query = {
        address: USDC,
        event: transferEvent,
        args: filter,
        fromBlock: 0n,
        strict: true,
      } as const;
      const logs = await client.getLogs(query);
      return logs.map(({ args, transactionHash }) => ({ ...args, transaction: transactionHash }));
    },
    /** USDC of an address, atomic. */
    balanceOf: (address: Address): Promise<bigint> =>
      client.readContract({ address: USDC, abi: usdcAbi, functionName: "balanceOf", args: [address] }),
    /** What a payer does once before its first payment by Permit2. The account needs gas. */
    async approvePermit2(account: LocalAccount): Promise<void> {
      const args = [PERMIT2_ADDRESS, maxUint256] as const;
      const call = { address: USDC, abi: usdcAbi, functionName: "approve", args } as const;
      await include(await client.writeContract({ ...call, account }));
    },
  };
}

function createChainClient(id: number, rpcUrl: string, account: LocalAccount) {
  const chain = defineChain({
    id,
    name: "Base Sepolia (test)",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const options = { mode: "anvil", chain, account, transport: http(rpcUrl), cacheTime: 0 } as const;
  return createTestClient({ ...options, pollingInterval: 20 })
    .extend(publicActions)
    .extend(walletActions);
}
