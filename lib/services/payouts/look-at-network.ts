import type { StablecoinNetwork } from "@x402-paywall/proxy/rails/stablecoin";
import type { ChainReader } from "../ports.ts";
import { findWayOut } from "./find-way-out.ts";

/** What one chain says about an address. */
export type NetworkLook =
  | { readonly network: StablecoinNetwork; readonly outcome: "unreachable" }
  | { readonly network: StablecoinNetwork; readonly outcome: "wrong-chain"; readonly chainId: bigint }
  | AddressLook;

export interface AddressLook {
  readonly network: StablecoinNetwork;
  readonly outcome: "read";
  readonly kind: "account" | "contract";
  /** An account that has lent its address to code (EIP-7702): its key still signs. */
  readonly delegated: boolean;
  /** Atomic, of the network's asset; `undefined` where the token did not answer. */
  readonly balance: bigint | undefined;
  /** Contracts: see {@link findWayOut}; `undefined` where it could not be found out. */
  readonly wayOut: boolean | undefined;
}

const deadlineMs = 4_000;
const delegation = /^0xef0100[0-9a-f]{40}$/i;

/** Never rejects: a chain that is away is an answer too. Four seconds at most for each of two rounds. */
export async function lookAtNetwork(
  network: StablecoinNetwork,
  chain: ChainReader,
  address: string,
): Promise<NetworkLook> {
  const balance = within(deadlineMs, chain.tokenBalance(address)).catch(() => undefined);
  const read = await within(deadlineMs, Promise.all([chain.chainId(), chain.codeAt(address)])).catch(
    () => undefined,
  );
  if (read === undefined) return { network, outcome: "unreachable" };
  const [chainId, code] = read;
  if (chainId !== network.chainId) return { network, outcome: "wrong-chain", chainId };
  const delegated = delegation.test(code);
  const look = { network, outcome: "read", delegated, balance: await balance } as const;
  if (code === "0x" || code === "" || delegated) return { ...look, kind: "account", wayOut: undefined };
  const wayOut = await within(deadlineMs, findWayOut(chain, address, code)).catch(() => undefined);
  return { ...look, kind: "contract", wayOut };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The chain did not answer in time")), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
