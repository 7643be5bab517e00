import { createPublicClient, defineChain, http, TransactionNotFoundError } from "viem";
import type { Address, Hex, PrivateKeyAccount } from "viem";
import type { NetworkConfig } from "./config.ts";
import { createGasPrices } from "./gas-prices.ts";
import { unavailable } from "./unavailable.ts";

export type EvmNetwork = ReturnType<typeof createEvmNetwork>;
export type ChainClient = ReturnType<typeof createChainClient>;

const RPC_TIMEOUT_MS = 10_000;
const POLL_MS = 500;

/** One chain behind its JSON-RPC, as the gas wallet sees it. @param clock Unix milliseconds. */
export function createEvmNetwork(config: NetworkConfig, account: PrivateKeyAccount, clock: () => number) {
  const { network, chainId, rpcUrl } = config;
  const client = createChainClient(chainId, rpcUrl);
  const contracts = new Set<Address>();
  let isRightChain = false;
  return {
    config,
    account,
    client,
    ...createGasPrices(client, config, clock),
    /** @throws PaywallError 503 where the RPC is that of another chain; rejects where it is away */
    async ensureChain(): Promise<void> {
      if (isRightChain) return;
      if ((await client.getChainId()) !== chainId)
        throw unavailable(`The RPC of ${network} belongs to another chain`, 30);
      isRightChain = true;
    },
    /** What is called where no contract is succeeds and moves nothing. */
    async hasCode(address: Address): Promise<boolean> {
      if (contracts.has(address)) return true;
      const code = await client.getCode({ address });
      if (code === undefined || code === "0x") return false;
      contracts.add(address);
      return true;
    },
    send: (raw: Hex): Promise<Hex> => client.sendRawTransaction({ serializedTransaction: raw }),
    /** Whether the node has it, in a block or waiting. */
    async hasTransaction(hash: Hex): Promise<boolean> {
      try {
        await client.getTransaction({ hash });
        return true;
      } catch (error) {
        if (error instanceof TransactionNotFoundError) return false;
        throw error;
      }
    },
    balance: (): Promise<bigint> => client.getBalance({ address: account.address }),
  };
}

function createChainClient(id: number, rpcUrl: string) {
  const chain = defineChain({
    id,
    name: `eip155:${id}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const transport = http(rpcUrl, { timeout: RPC_TIMEOUT_MS, retryCount: 1, retryDelay: 150 });
  return createPublicClient({ chain, transport, pollingInterval: POLL_MS, cacheTime: 200 });
}
