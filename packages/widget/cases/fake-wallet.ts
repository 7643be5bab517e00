import type { Page } from "playwright-core";
import { privateKeyToAccount } from "viem/accounts";
import type { PrivateKeyAccount } from "viem/accounts";

/** An error as EIP-1193 wants it. */
export class WalletError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Call {
  readonly method: string;
  readonly params?: readonly unknown[];
}

type Listener = (value: unknown) => void;

/** A wallet that keeps its keys here, signs with viem, and does what a test wants to go wrong. */
export class FakeWallet {
  readonly name: string;
  account: PrivateKeyAccount = privateKeyToAccount(`0x${"4f".repeat(32)}`);
  chainId = 84_532;
  /** Others are unknown to it, until they are added. */
  readonly chains = new Set([1, 8453, 84_532]);
  balance = 5_000_000n;
  allowance = 0n;
  /** What the chain says of a transaction; `undefined`: nothing yet. */
  receipt: boolean | undefined = true;
  readonly calls: Call[] = [];
  /** By method: thrown once, in order. */
  readonly faults = new Map<string, WalletError[]>();
  /** By method: its owner has not answered yet. */
  readonly held = new Map<string, Promise<void>>();
  /** In place of a signature. */
  signature: string | undefined;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(name = "Fox Wallet") {
    this.name = name;
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }

  removeListener(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: string, value: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value);
  }

  /** How often it was asked to. */
  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  refuseOnce(method: string, code = 4001, message = "User rejected the request."): void {
    this.faults.set(method, [...(this.faults.get(method) ?? []), new WalletError(code, message)]);
  }

  /** @returns what lets the wallet's owner answer */
  hold(method: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.held.set(method, promise);
    return () => {
      this.held.delete(method);
      resolve();
    };
  }

  async request({ method, params = [] }: Call): Promise<unknown> {
    this.calls.push({ method, params });
    await this.held.get(method);
    const fault = this.faults.get(method)?.shift();
    if (fault !== undefined) throw fault;
    const [first, second] = params;
    switch (method) {
      case "eth_requestAccounts":
        return [this.account.address];
      case "eth_chainId":
        return `0x${this.chainId.toString(16)}`;
      case "wallet_switchEthereumChain":
        return this.#switch(chainIdOf(first));
      case "wallet_addEthereumChain":
        this.chains.add(chainIdOf(first));
        return null;
      case "eth_call":
        return word(textOf(first, "data").startsWith("0x70a08231") ? this.balance : this.allowance);
      case "eth_sendTransaction":
        this.allowance = BigInt(`0x${textOf(first, "data").slice(-64)}`);
        return `0x${"ee".repeat(32)}`;
      case "eth_getTransactionReceipt":
        return this.receipt === undefined ? null : { status: this.receipt ? "0x1" : "0x0" };
      case "eth_signTypedData_v4":
        return this.signature ?? this.account.signTypedData(JSON.parse(String(second)));
      default:
        throw new WalletError(4200, `${method} is not supported`);
    }
  }

  #switch(chainId: number): null {
    if (!this.chains.has(chainId)) throw new WalletError(4902, "Unrecognized chain ID");
    this.chainId = chainId;
    this.emit("chainChanged", `0x${chainId.toString(16)}`);
    return null;
  }
}

/** How wallets come into a page: announced (EIP-6963), or one of them at `window.ethereum` as well or alone. */
export interface Injection {
  readonly announced?: readonly FakeWallet[];
  readonly ethereum?: FakeWallet;
}

/** For every page that is opened after it: the wallets' other half, which asks this process. */
export async function injectWallets(page: Page, { announced = [], ethereum }: Injection): Promise<void> {
  const wallets = [...announced, ...(ethereum === undefined ? [] : [ethereum])];
  await page.exposeFunction("askWallet", async (at: number, call: Call) => {
    try {
      return { value: await wallets[at]?.request(call) };
    } catch (error) {
      const { message, code } =
        error instanceof WalletError ? error : { message: String(error), code: -32_603 };
      return { message, code };
    }
  });
  for (const [at, wallet] of wallets.entries()) {
    for (const event of ["accountsChanged", "chainChanged"])
      wallet.on(event, (value) => {
        const told = page.evaluate(
          ([index, name, given]) => {
            dispatchEvent(new CustomEvent(`wallet-${index}-${name}`, { detail: given }));
          },
          [at, event, value] as const,
        );
        // It may be leaving.
        void told.catch(() => undefined);
      });
  }
  const names = announced.map(({ name }) => name);
  await page.addInitScript(installWallets, { names, hasEthereum: ethereum !== undefined });
}

/** Runs in the page, before its own scripts. */
function installWallets({ names, hasEthereum }: { names: string[]; hasEthereum: boolean }): void {
  const ask: unknown = Reflect.get(globalThis, "askWallet");
  const makeProvider = (at: number) => {
    const wrapped = new Map<unknown, EventListener>();
    return {
      request: async (call: unknown) => {
        const answer: unknown = typeof ask === "function" ? await ask(at, call) : {};
        const { value, message, code } = Object(answer);
        if (message !== undefined) throw Object.assign(new Error(message), { code });
        return value;
      },
      on: (event: string, listener: (value: unknown) => void) => {
        const hear = (heard: Event) => listener(Reflect.get(heard, "detail"));
        wrapped.set(listener, hear);
        addEventListener(`wallet-${at}-${event}`, hear);
      },
      removeListener: (event: string, listener: unknown) => {
        const hear = wrapped.get(listener);
        if (hear !== undefined) removeEventListener(`wallet-${at}-${event}`, hear);
      },
    };
  };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#e2761b"/></svg>`;
  const announce = () => {
    for (const [at, name] of names.entries()) {
      const info = {
        uuid: `wallet-${at}`,
        name,
        rdns: "example.wallet",
        icon: `data:image/svg+xml,${encodeURIComponent(svg)}`,
      };
      const detail = { info, provider: makeProvider(at) };
      dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
    }
  };
  addEventListener("eip6963:requestProvider", announce);
  if (hasEthereum) Reflect.set(globalThis, "ethereum", makeProvider(names.length));
}

function textOf(value: unknown, name: string): string {
  return typeof value === "object" && value !== null ? String(Reflect.get(value, name)) : "";
}

function chainIdOf(value: unknown): number {
  return Number(textOf(value, "chainId"));
}

function word(value: bigint): string {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
