import type { KeyRing, PaymentPage, WireId } from "@x402-paywall/core";
import { createKeyRing } from "@x402-paywall/core";
import type { PaywallLog } from "../log.ts";
import type { Rail } from "../rail.ts";
import { type RateSource, SANDBOX_RATE } from "../rates/rate-source.ts";
import type { AtomicStore } from "../store.ts";
import { createMemoryStore } from "../stores/memory.ts";
import type { TokenCounter } from "../usage/index.ts";
import { PaywallConfigError } from "./config-error.ts";
import {
  ALL_WIRES,
  modeOf,
  readName,
  readOrigin,
  readQuoteSeconds,
  readRails,
  readRoutes,
  readSecrets,
  readStore,
  readWires,
} from "./config-fields.ts";
import type { Platform } from "./platform.ts";
import type { PriceInput } from "./price-input.ts";

/** What a rail is made of. */
export interface RailContext extends Platform {
  readonly keys: KeyRing;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly store: AtomicStore;
}

/** A rail, or what makes one of the application's keys: `sandbox()`. */
export type RailInput = Rail | ((context: RailContext) => Rail);

export interface PaywallConfig {
  /** At least 32 characters, the same for all processes; `[new, old]` while it is replaced. Signs quotes, tokens and receipts. */
  readonly secret: string | readonly string[] | undefined;
  /** Public origin of the application: `https://api.example.com`. */
  readonly url: string;
  /** Prices by `"GET /path"`, `"/path"` (each method) or `"/path/*"`; what is not listed is not touched. */
  readonly routes?: Readonly<Record<string, PriceInput>>;
  /** Default: the sandbox alone, which moves no money (TEST). */
  readonly rails?: readonly RailInput[];
  /** Default: memory, which forgets with the process. LIVE rails want one that remembers. */
  readonly store?: AtomicStore;
  /** Names the application in tokens; processes of one application share it. Default `app`. */
  readonly name?: string;
  /** What is sold, for payment pages and wallets. */
  readonly title?: string;
  readonly description?: string;
  /** Who sells it, for payment pages. Default: the host of `url`. */
  readonly creator?: string;
  /** Default: x402, L402 and MPP. */
  readonly wires?: readonly Exclude<WireId, "access">[];
  /** The 402 for people: `renderPaymentPage` of `@x402-paywall/widget`. Without it they get the problem document. */
  readonly page?: PaymentPage;
  /** Lets payment pages pay from a browser's wallet: `walletScript` of `@x402-paywall/widget`. */
  readonly walletScript?: string;
  /** What a dollar is in Bitcoin, for LIVE Lightning: `createRateSource`. TEST's default is fixed, 1 USD for 1,000 sat. */
  readonly rates?: RateSource;
  /** How long a price is kept for who has it. Default 300. */
  readonly quoteSeconds?: number;
  /** Told of what should not happen. Default: standard error. */
  readonly log?: PaywallLog;
  /** Counts tokens of answers that report none: `loadGptTokens` of `@x402-paywall/proxy/usage`. */
  readonly loadTokens?: () => Promise<TokenCounter>;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly clock?: () => number;
}

/** A configuration that was checked, with its defaults. */
export interface ResolvedConfig {
  readonly keys: KeyRing;
  readonly url: string;
  readonly name: string;
  readonly mode: Rail["mode"];
  readonly rails: readonly Rail[];
  readonly routes: Readonly<Record<string, PriceInput>>;
  readonly store: AtomicStore;
  readonly rates: RateSource;
  readonly wires: readonly Exclude<WireId, "access">[];
  readonly clock: () => number;
}

/** Makes what TEST remembers with, where the application names no store. @param clock Milliseconds. */
export type CreateStore = (clock: () => number) => AtomicStore;

/** Who sells for dollars alone needs no rate. */
const sandboxRates: RateSource = { get: (mode) => (mode === "test" ? SANDBOX_RATE : undefined) };

/** @throws PaywallConfigError that names the field and the fix. */
export function resolveConfig(
  config: PaywallConfig,
  platform: Platform,
  fallback: RailInput,
  createStore: CreateStore = createMemoryStore,
): ResolvedConfig {
  refuseUnknownFields(config);
  const { clock = Date.now } = config;
  const keys = createKeyRing(readSecrets(config.secret), platform.crypto);
  const store = readStore(config.store ?? createStore(clock));
  const rails = readRails(config.rails ?? [fallback], { ...platform, keys, clock, store });
  const mode = modeOf(rails);
  if (mode === "live" && config.store === undefined)
    throw new PaywallConfigError(
      "store",
      "The memory store forgets payments with the process.",
      "Give a Postgres, SQLite or D1 store.",
    );
  if (mode === "live" && config.rates === undefined && rails.some((rail) => rail.id === "lightning"))
    throw new PaywallConfigError(
      "rates",
      "LIVE Lightning needs an exchange rate.",
      "Give a source of rates: createRateSource of @x402-paywall/proxy.",
    );
  readQuoteSeconds(config.quoteSeconds);
  return {
    keys,
    url: readOrigin(config.url),
    name: readName(config.name ?? "app"),
    mode,
    rails,
    routes: readRoutes(config.routes ?? {}),
    store,
    rates: config.rates ?? sandboxRates,
    wires: readWires(config.wires ?? ALL_WIRES),
    clock,
  };
}

const FIELDS: Readonly<Record<keyof PaywallConfig, true>> = {
  secret: true,
  url: true,
  routes: true,
  rails: true,
  store: true,
  name: true,
  title: true,
  description: true,
  creator: true,
  wires: true,
  page: true,
  walletScript: true,
  rates: true,
  quoteSeconds: true,
  log: true,
  loadTokens: true,
  clock: true,
};

/** A misspelled `routes` would give everything away. */
function refuseUnknownFields(config: object): void {
  const unknown = Object.keys(config).find((field) => !Object.hasOwn(FIELDS, field));
  if (unknown === undefined) return;
  const known = Object.keys(FIELDS).join(", ");
  throw new PaywallConfigError(unknown, "There is no such field.", `Known are ${known}.`);
}
