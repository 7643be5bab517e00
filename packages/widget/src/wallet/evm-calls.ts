import type { EvmChain } from "@x402-paywall/core";
import { faultOf } from "./eip1193.ts";
import type { Eip1193Provider } from "./eip1193.ts";
import { PERMIT2_ADDRESS } from "./typed-payment.ts";

const SELECTORS = { balanceOf: "0x70a08231", allowance: "0xdd62ed3e", approve: "0x095ea7b3" } as const;
const UNLIMITED = "f".repeat(64);

/** Asks the wallet for its account; it may ask its owner first. @throws what the wallet says */
export async function connect(provider: Eip1193Provider): Promise<string | undefined> {
  return firstAccount(await provider.request({ method: "eth_requestAccounts" }));
}

/** Of a list as wallets give it. */
export function firstAccount(accounts: unknown): string | undefined {
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  return typeof first === "string" && /^0x[0-9a-fA-F]{40}$/.test(first) ? first : undefined;
}

/** The network on which the wallet is now, as CAIP-2. */
export async function networkOf(provider: Eip1193Provider): Promise<string> {
  return `eip155:${BigInt(String(await provider.request({ method: "eth_chainId" })))}`;
}

/**
 * Has the wallet change its network; where it does not know it and `chain` says where it is, it is told first.
 * @param network CAIP-2. @throws what the wallet says
 */
export async function switchNetwork(
  provider: Eip1193Provider,
  network: string,
  chain: EvmChain | null,
): Promise<void> {
  const chainId = toHex(BigInt(network.slice("eip155:".length)));
  const ask = () => provider.request({ method: "wallet_switchEthereumChain", params: [{ chainId }] });
  try {
    await ask();
  } catch (error) {
    if (faultOf(error) !== "unknownChain" || chain?.rpcUrl === undefined) throw error;
    const { name, currency, rpcUrl, explorerUrl } = chain;
    const added = {
      chainId,
      chainName: name,
      nativeCurrency: { name: currency, symbol: currency, decimals: 18 },
      rpcUrls: [rpcUrl],
      ...(explorerUrl === undefined ? {} : { blockExplorerUrls: [explorerUrl] }),
    };
    await provider.request({ method: "wallet_addEthereumChain", params: [added] });
    await ask();
  }
}

/** Atomic units. */
export function balanceOf(provider: Eip1193Provider, token: string, owner: string): Promise<bigint> {
  return callUint(provider, token, SELECTORS.balanceOf + word(owner));
}

/** How much Permit2 may move of it; atomic units. */
export function allowanceOf(provider: Eip1193Provider, token: string, owner: string): Promise<bigint> {
  return callUint(provider, token, SELECTORS.allowance + word(owner) + word(PERMIT2_ADDRESS));
}

/** Lets Permit2 move the token, once and for all; costs the network's fee. @returns the transaction's hash */
export async function approvePermit2(
  provider: Eip1193Provider,
  token: string,
  owner: string,
): Promise<string> {
  const data = SELECTORS.approve + word(PERMIT2_ADDRESS) + UNLIMITED;
  const sent = { from: owner, to: token, data, value: "0x0" };
  return String(await provider.request({ method: "eth_sendTransaction", params: [sent] }));
}

/** @returns `undefined` while the transaction is in no block, else whether it succeeded */
export async function succeeded(provider: Eip1193Provider, hash: string): Promise<boolean | undefined> {
  const receipt = await provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
  if (typeof receipt !== "object" || receipt === null) return undefined;
  return BigInt(String(Reflect.get(receipt, "status"))) === 1n;
}

async function callUint(provider: Eip1193Provider, to: string, data: string): Promise<bigint> {
  const result = await provider.request({ method: "eth_call", params: [{ to, data }, "latest"] });
  return BigInt(String(result));
}

function word(address: string): string {
  return address.slice(2).toLowerCase().padStart(64, "0");
}

function toHex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
