import { isProvider } from "./eip1193.ts";
import type { Eip1193Provider } from "./eip1193.ts";

export interface FoundWallet {
  readonly name: string;
  /** A `data:` picture; empty where there is none. */
  readonly icon: string;
  readonly provider: Eip1193Provider;
}

/** Wallets answer while the question is asked; only some that start late do so a moment afterwards. */
const WAIT_MS = { none: 300, some: 50 } as const;

/**
 * The wallets of this browser: those that announce themselves (EIP-6963), else the one at `window.ethereum`.
 * @param fallbackName What a wallet is called that does not say so.
 */
export async function findWallets(page: EventTarget, fallbackName: string): Promise<readonly FoundWallet[]> {
  const found = new Map<string, FoundWallet>();
  const hear = (event: Event): void => {
    const { info, provider } = readAnnouncement(event);
    const { uuid, name, icon } = info;
    if (!isProvider(provider) || typeof uuid !== "string") return;
    found.set(uuid, {
      name: typeof name === "string" && name !== "" ? name.slice(0, 60) : fallbackName,
      icon: typeof icon === "string" && icon.startsWith("data:image/") ? icon : "",
      provider,
    });
  };
  page.addEventListener("eip6963:announceProvider", hear);
  page.dispatchEvent(new Event("eip6963:requestProvider"));
  const wait = found.size === 0 ? WAIT_MS.none : WAIT_MS.some;
  await new Promise((resolve) => setTimeout(resolve, wait));
  page.removeEventListener("eip6963:announceProvider", hear);
  if (found.size > 0) return [...found.values()];
  const provider: unknown = Reflect.get(page, "ethereum");
  return isProvider(provider) ? [{ name: fallbackName, icon: "", provider }] : [];
}

type Fields = Readonly<Record<string, unknown>>;

function readAnnouncement(event: Event): { readonly info: Fields; readonly provider: unknown } {
  const detail: unknown = Reflect.get(event, "detail");
  const { info, provider } = asFields(detail);
  return { info: asFields(info), provider };
}

function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
