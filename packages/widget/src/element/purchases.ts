import type { CredentialHeader } from "@x402-paywall/core/client";
import { asObject } from "../checkout/problem.ts";
import { parseJson } from "../parts/base64-json.ts";

/** A credential that money was spent on, and what it is good for. */
export interface KeptPurchase {
  readonly method: string;
  /** Absolute, with its query. */
  readonly url: string;
  /** Names the endpoint: its `unlock` address; empty for a server without one. */
  readonly endpoint: string;
  readonly credential: CredentialHeader;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Good for all of the endpoint that it was bought for, not for the one URL. */
  readonly isWide: boolean;
}

const KEY = "x402-paywall:purchases";
const MOST = 24;

/**
 * What this browser has bought, in the page's own storage: an answer that got lost is not paid twice, and what was bought
 * for longer opens again. Without storage it lasts as long as the page.
 */
export class Purchases {
  readonly #storage: Storage | undefined;
  #kept: readonly KeptPurchase[] = [];

  constructor(storage: Storage | undefined) {
    this.#storage = storage;
  }

  /** Candidates for a request, the closest first. */
  find(method: string, url: string, endpoint: string): readonly KeptPurchase[] {
    const kept = this.#read();
    const exact = kept.filter((one) => one.url === url && one.method === method);
    const wide = kept.filter((one) => one.isWide && one.endpoint === endpoint && !exact.includes(one));
    return [...exact, ...wide];
  }

  keep(purchase: KeptPurchase): void {
    const [, value] = purchase.credential;
    this.#write([purchase, ...this.#read().filter((one) => one.credential[1] !== value)].slice(0, MOST));
  }

  drop({ credential: [, value] }: Pick<KeptPurchase, "credential">): void {
    this.#write(this.#read().filter((one) => one.credential[1] !== value));
  }

  #read(): readonly KeptPurchase[] {
    const stored = this.#storage === undefined ? undefined : readStorage(this.#storage);
    return (stored ?? this.#kept).filter(({ until }) => until > Date.now());
  }

  #write(purchases: readonly KeptPurchase[]): void {
    this.#kept = purchases;
    try {
      this.#storage?.setItem(KEY, JSON.stringify(purchases));
    } catch {
      // Full or forbidden: it lasts as long as the page.
    }
  }
}

/** Of the page that this runs on, where it may be used. */
export function pagePurchases(): Purchases {
  try {
    return new Purchases(localStorage);
  } catch {
    return new Purchases(undefined);
  }
}

function readStorage(storage: Storage): readonly KeptPurchase[] | undefined {
  try {
    const json = parseJson(storage.getItem(KEY) ?? "");
    return Array.isArray(json) ? json.filter(isKept) : [];
  } catch {
    return undefined;
  }
}

/** Of an older version, or another script's. */
function isKept(json: unknown): json is KeptPurchase {
  const { credential, until } = asObject(json);
  return Array.isArray(credential) && credential.length === 2 && typeof until === "number";
}
