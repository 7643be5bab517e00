import type { KeyRing, PaymentPage, WireId } from "@x402-paywall/core";
import { createKeyRing, utf8 } from "@x402-paywall/core";
import type { PaywallLog } from "../log.ts";
import { fixedRate, type RateSource } from "../price.ts";
import type { Rail } from "../rail.ts";
import type { AtomicStore } from "../store.ts";
import { createMemoryStore } from "../stores/memory.ts";
import type { TokenCounter } from "../usage/index.ts";
import { PaywallConfigError } from "./config-error.ts";
import type { Platform } from "./platform.ts";
import type { PriceInput } from "./price-input.ts";

/** What a rail is made of. */
export interface RailContext extends Platform {
  readonly keys: KeyRing;
  /** Milliseconds. */
  readonly clock: () => number;
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
  /** Default: x402, L402 and MPP. */
  readonly wires?: readonly Exclude<WireId, "access">[];
  /** The 402 for people: `renderPaymentPage` of `@x402-paywall/widget`. Without it they get the problem document. */
  readonly page?: PaymentPage;
  /** Default: a fixed rate of the sandbox, 1 USD for 1,000 sat. */
  readonly rates?: RateSource;
  /** How long a price is kept for who has it. Default 300. */
  readonly quoteSeconds?: number;
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
  readonly store: AtomicStore;
  readonly rates: RateSource;
  readonly wires: readonly Exclude<WireId, "access">[];
  readonly clock: () => number;
}

const SANDBOX_MSAT_PER_USD = 1_000_000n;
const MIN_SECRET = 32;
const ALL_WIRES = ["x402", "l402", "mpp"] as const;

/** @throws PaywallConfigError that names the field and the fix. */
export function resolveConfig(
  config: PaywallConfig,
  platform: Platform,
  fallback: RailInput,
): ResolvedConfig {
  const { clock = Date.now, name = "app" } = config;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new PaywallConfigError(
      "name",
      `"${name}" is no name.`,
      "Use lower-case letters, digits and dashes.",
    );
  const keys = createKeyRing(readSecrets(config.secret), platform.crypto);
  const rails = readRails(config.rails ?? [fallback], { ...platform, keys, clock });
  const mode = modeOf(rails);
  if (mode === "live" && config.store === undefined)
    throw new PaywallConfigError(
      "store",
      "The memory store forgets payments with the process.",
      "Give a Postgres, SQLite or D1 store.",
    );
  if (mode === "live" && config.rates === undefined)
    throw new PaywallConfigError("rates", "LIVE payments need an exchange rate.", "Give a source of rates.");
  return {
    keys,
    url: readOrigin(config.url),
    name,
    mode,
    rails,
    store: readStore(config.store ?? createMemoryStore(clock)),
    rates: config.rates ?? fixedRate(SANDBOX_MSAT_PER_USD),
    wires: readWires(config.wires),
    clock,
  };
}

function readSecrets(secret: PaywallConfig["secret"]): readonly Uint8Array[] {
  const secrets = typeof secret === "string" ? [secret] : (secret ?? []);
  const fix = "Set it to at least 32 random characters: `openssl rand -hex 32` makes 64.";
  if (secrets.length === 0 || secrets.includes(""))
    throw new PaywallConfigError("secret", "It is missing, and without it nothing can be signed.", fix);
  const short = secrets.find((each) => utf8(each).length < MIN_SECRET);
  if (short !== undefined)
    throw new PaywallConfigError("secret", `It has only ${utf8(short).length} bytes.`, fix);
  return secrets.map((each) => utf8(each));
}

function readOrigin(url: unknown): string {
  const fix = 'Write the public origin of this application: "https://api.example.com".';
  const parsed = typeof url === "string" ? URL.parse(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new PaywallConfigError("url", `"${String(url)}" is no http(s) URL.`, fix);
  const plain =
    parsed.username === "" && parsed.pathname === "/" && parsed.search === "" && parsed.hash === "";
  if (!plain) throw new PaywallConfigError("url", `"${String(url)}" is more than an origin.`, fix);
  return parsed.origin;
}

function readRails(inputs: readonly RailInput[], context: RailContext): readonly Rail[] {
  if (inputs.length === 0)
    throw new PaywallConfigError(
      "rails",
      "Without a rail nobody can pay.",
      "Leave `rails` out for the sandbox.",
    );
  return inputs.map((input, at): Rail => {
    const rail: unknown = typeof input === "function" ? input(context) : input;
    if (isRail(rail)) return rail;
    throw new PaywallConfigError(
      `rails[${at}]`,
      "Not a rail.",
      "Import one, such as sandbox(), and list what it returns.",
    );
  });
}

function isRail(value: unknown): value is Rail {
  return (
    typeof value === "object" && value !== null && "settle" in value && "verify" in value && "mode" in value
  );
}

function modeOf(rails: readonly Rail[]): Rail["mode"] {
  const modes = new Set(rails.map((rail) => rail.mode));
  if (modes.size > 1)
    throw new PaywallConfigError(
      "rails",
      "TEST and LIVE rails are mixed.",
      "One application is in one mode.",
    );
  return modes.has("live") ? "live" : "test";
}

function readStore(store: AtomicStore): AtomicStore {
  const atomic: unknown = store.atomic;
  if (atomic === true) return store;
  throw new PaywallConfigError(
    "store",
    "It cannot claim a payment in one step.",
    "Use the Postgres, SQLite, D1 or memory store.",
  );
}

function readWires(wires: PaywallConfig["wires"]): ResolvedConfig["wires"] {
  const chosen = wires ?? ALL_WIRES;
  const unknown = chosen.find((wire) => !ALL_WIRES.includes(wire));
  if (unknown !== undefined || chosen.length === 0)
    throw new PaywallConfigError(
      "wires",
      `${unknown === undefined ? "None" : `"${unknown}"`} is no wire.`,
      "Choose of x402, l402, mpp.",
    );
  return chosen;
}
