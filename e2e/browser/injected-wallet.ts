import type { Page } from "@playwright/test";
import { isHex, type LocalAccount } from "viem";

/** As EIP-1193 has it, over the border of the page. */
type Answer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } };

export interface InjectedWallet {
  /** Methods in the order in which the page asked. */
  readonly asked: readonly string[];
  /** What its owner does with the next question of that kind. */
  rejectNext(method: string): void;
}

export interface InjectedWalletOptions {
  /** Its key never enters the page. */
  readonly account: LocalAccount;
  /** Of the one network that it knows beside Ethereum. */
  readonly rpcUrl: string;
  readonly chainId: `0x${string}`;
}

/**
 * A browser wallet as extensions inject it (EIP-6963, EIP-1193), that stands on Ethereum and whose owner says yes to all: its
 * key signs in the test's process, and reads and transactions go to a real chain.
 */
export async function injectWallet(page: Page, options: InjectedWalletOptions): Promise<InjectedWallet> {
  const { account, rpcUrl, chainId } = options;
  const asked: string[] = [];
  const rejected: string[] = [];
  let current = "0x1";
  const answer = async (method: string, params: readonly unknown[]): Promise<Answer> => {
    asked.push(method);
    const at = rejected.indexOf(method);
    if (at !== -1) {
      rejected.splice(at, 1);
      return { error: { code: 4001, message: "User rejected the request." } };
    }
    switch (method) {
      case "eth_requestAccounts":
      case "eth_accounts":
        return { result: [account.address] };
      case "eth_chainId":
        return { result: current };
      case "wallet_switchEthereumChain": {
        const [wanted] = params as readonly [{ readonly chainId: string }];
        if (wanted.chainId !== chainId) return { error: { code: 4902, message: "Unrecognized chain ID." } };
        current = wanted.chainId;
        return { result: null };
      }
      case "eth_signTypedData_v4":
        return { result: await account.signTypedData(JSON.parse(String(params[1]))) };
      case "eth_sendTransaction":
        return { result: await sendTransaction(account, rpcUrl, params) };
      default:
        return askNode(current === chainId ? rpcUrl : undefined, method, params);
    }
  };
  await page.exposeFunction("askInjectedWallet", answer);
  await page.addInitScript(announce);
  return { asked, rejectNext: (method) => rejected.push(method) };
}

async function askNode(
  rpcUrl: string | undefined,
  method: string,
  params: readonly unknown[],
): Promise<Answer> {
  if (rpcUrl === undefined) return { error: { code: -32_603, message: "Nothing is there." } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  return (await response.json()) as Answer;
}

async function sendTransaction(
  account: LocalAccount,
  rpcUrl: string,
  params: readonly unknown[],
): Promise<unknown> {
  const { createWalletClient, http } = await import("viem");
  const [{ to, data }] = params as readonly [{ readonly to: string; readonly data: string }];
  if (!isHex(to) || !isHex(data)) throw new RangeError("Not a transaction");
  const client = createWalletClient({ account, transport: http(rpcUrl) });
  return client.sendTransaction({ to, data, chain: null });
}

/** Runs in the page. */
function announce(): void {
  type Ask = (method: string, params: readonly unknown[]) => Promise<Answer>;
  const ask = (window as unknown as { readonly askInjectedWallet: Ask }).askInjectedWallet;
  const listeners = new Map<string, Set<(value: unknown) => void>>();
  const provider = {
    async request({ method, params = [] }: { method: string; params?: readonly unknown[] }) {
      const answer = await ask(method, params);
      if ("error" in answer) throw Object.assign(new Error(answer.error.message), answer.error);
      if (method === "wallet_switchEthereumChain") {
        const [{ chainId }] = params as readonly [{ chainId: string }];
        for (const listener of listeners.get("chainChanged") ?? []) listener(chainId);
      }
      return answer.result;
    },
    on(event: string, listener: (value: unknown) => void) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
    },
    removeListener(event: string, listener: (value: unknown) => void) {
      listeners.get(event)?.delete(listener);
    },
  };
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  const info = {
    uuid: "350670db-19fa-4704-a166-e52e178b59d2",
    name: "Anvil Wallet",
    icon,
    rdns: "test.anvil",
  };
  const say = (): void => {
    const detail = Object.freeze({ info, provider });
    window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  };
  window.addEventListener("eip6963:requestProvider", say);
  say();
}
