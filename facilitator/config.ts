/**
 * The one place of this process that reads its environment; docs/facilitator.md has the table of settings. What is secret is
 * taken out of the environment, so that neither a child process nor a diagnostic report can show it.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { findDefaultAsset, getDefaultAsset } from "@x402/evm";
import type { PrivateKeyAccount } from "viem";
import { isAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ConfigFaults, readAmount, readInteger, readList, readPairs } from "./read-settings.ts";
import type { Settings } from "./read-settings.ts";

export interface NetworkConfig {
  /** CAIP-2: `eip155:8453`. */
  readonly network: `eip155:${string}`;
  readonly chainId: number;
  /** May hold an API key: never shown. */
  readonly rpcUrl: string;
  /** Lower-case addresses of the tokens that are settled. */
  readonly assets: ReadonlySet<string>;
  /** Most gas in wei that may be spent on a day (UTC). */
  readonly maxSpendWei: bigint;
  readonly maxGasPriceWei: bigint | undefined;
}

export interface FacilitatorConfig {
  /** The gas wallet: it signs, and does not show its key. */
  readonly account: PrivateKeyAccount;
  /** SHA-256 of the bearer token. */
  readonly tokenDigest: Buffer;
  readonly host: string;
  readonly port: number;
  readonly networks: readonly NetworkConfig[];
  /** Lower-case addresses; `undefined`: everybody may be paid. */
  readonly payees: ReadonlySet<string> | undefined;
  /** How long `/settle` waits for a receipt. */
  readonly receiptMs: number;
  /** Folder of the journal, absolute. */
  readonly dataDir: string;
  /** What no log line may contain. */
  readonly secrets: readonly string[];
}

const SECRET_NAMES = ["FACILITATOR_KEY", "FACILITATOR_TOKEN", "FACILITATOR_NETWORKS"] as const;

/** {@link readConfig} of this process. */
export function loadConfig(): FacilitatorConfig {
  return readConfig(process.env);
}

/** Whether npm started this process: its shell does not pass on a SIGTERM that was meant for npm. */
export const isChildOfNpm = process.env["npm_lifecycle_event"] !== undefined;

/**
 * Reads the configuration and deletes what is secret from `source`.
 * @throws ConfigFaults that names every fault at once and repeats no value
 */
export function readConfig(source: Record<string, string | undefined>): FacilitatorConfig {
  const settings: Settings = { ...source };
  for (const name of SECRET_NAMES) delete source[name];
  const faults = new ConfigFaults();
  const key = readKey(settings, faults);
  const account = key === undefined ? undefined : readAccount(key, faults);
  const token = readToken(settings, faults);
  const networks = readNetworks(settings, faults);
  const config = {
    host: settings["FACILITATOR_HOST"] ?? "127.0.0.1",
    port: readInteger(settings, "FACILITATOR_PORT", { fallback: 4050, min: 0, max: 65_535 }, faults),
    payees: readPayees(settings, faults),
    receiptMs:
      1000 * readInteger(settings, "FACILITATOR_RECEIPT_SECONDS", { fallback: 20, min: 1, max: 600 }, faults),
    dataDir: resolve(settings["FACILITATOR_DATA"] ?? ".data/facilitator"),
  };
  if (account === undefined || token === undefined || faults.length > 0) throw faults;
  const tokenDigest = createHash("sha256").update(token).digest();
  return { ...config, account, networks, tokenDigest, secrets: listSecrets(key, token, networks) };
}

function readKey(settings: Settings, faults: ConfigFaults): string | undefined {
  const { FACILITATOR_KEY: key, FACILITATOR_KEY_FILE: file } = settings;
  if (key !== undefined && file !== undefined)
    return faults.add("FACILITATOR_KEY", "and FACILITATOR_KEY_FILE are both set: set one of them");
  if (key !== undefined) return key.trim();
  if (file === undefined)
    return faults.add("FACILITATOR_KEY", "is not set: 0x and 64 hex digits, or FACILITATOR_KEY_FILE");
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return faults.add("FACILITATOR_KEY_FILE", "names a file that cannot be read");
  }
}

function readAccount(key: string, faults: ConfigFaults): PrivateKeyAccount | undefined {
  const hex = /^0x[0-9a-f]{64}$/i.test(key) ? key.slice(2) : undefined;
  if (hex === undefined) return faults.add("FACILITATOR_KEY", "must be 0x and 64 hex digits");
  try {
    return privateKeyToAccount(`0x${hex}`);
  } catch {
    // What was thrown may repeat the key.
    return faults.add("FACILITATOR_KEY", "is not a private key of secp256k1");
  }
}

function readToken({ FACILITATOR_TOKEN: token }: Settings, faults: ConfigFaults): string | undefined {
  if (token !== undefined && /^[\x21-\x7e]{32,256}$/.test(token)) return token;
  const what = token === undefined ? "is not set" : "must have 32 to 256 printable characters without spaces";
  return faults.add("FACILITATOR_TOKEN", `${what}: openssl rand -hex 32`);
}

function readNetworks(settings: Settings, faults: ConfigFaults): readonly NetworkConfig[] {
  const name = "FACILITATOR_NETWORKS";
  const pairs = readPairs(settings, name, faults);
  if (settings[name] === undefined)
    faults.add(name, "is not set: eip155:<chain id>=<URL of its JSON-RPC>, with commas between several");
  const assets = readAssets(settings, faults);
  const spend = readAmount(settings, "FACILITATOR_MAX_SPEND_WEI", faults);
  const gasPrice = readAmount(settings, "FACILITATOR_MAX_GAS_PRICE_WEI", faults);
  const networks = pairs.flatMap(([network, rpcUrl]): NetworkConfig[] => {
    if (!/^https?:\/\//.test(rpcUrl) || !URL.canParse(rpcUrl))
      faults.add(name, `has no http(s) URL for ${network}`);
    const allowed = assets.get(network) ?? defaultAssets(network);
    if (allowed.size === 0)
      faults.add("FACILITATOR_ASSETS", `must name a token for ${network}: ${network}=0x…`);
    const maxSpendWei = spend(network);
    if (maxSpendWei === undefined)
      faults.add("FACILITATOR_MAX_SPEND_WEI", `says nothing about ${network}: the most gas in wei for a day`);
    const chainId = Number(network.slice("eip155:".length));
    const rest = { maxSpendWei: maxSpendWei ?? 0n, maxGasPriceWei: gasPrice(network) };
    return [{ network, chainId, rpcUrl, assets: allowed, ...rest }];
  });
  if (new Set(networks.map(({ network }) => network)).size < networks.length)
    faults.add(name, "names a network twice");
  return networks;
}

function readAssets(settings: Settings, faults: ConfigFaults): ReadonlyMap<string, Set<string>> {
  const assets = new Map<string, Set<string>>();
  for (const [network, address] of readPairs(settings, "FACILITATOR_ASSETS", faults)) {
    if (!isAddress(address)) faults.add("FACILITATOR_ASSETS", `has no (checksummed) address for ${network}`);
    assets.set(network, (assets.get(network) ?? new Set()).add(address.toLowerCase()));
  }
  return assets;
}

/** Its USDC, where `@x402/evm` knows the network; nothing elsewhere. */
function defaultAssets(network: `eip155:${string}`): ReadonlySet<string> {
  try {
    const { asset } = getDefaultAsset(network, "USDC");
    return findDefaultAsset(asset, network) === undefined ? new Set() : new Set([asset.toLowerCase()]);
  } catch {
    return new Set();
  }
}

function readPayees(settings: Settings, faults: ConfigFaults): ReadonlySet<string> | undefined {
  const name = "FACILITATOR_PAYEES";
  if (settings[name] === undefined) return undefined;
  const addresses = readList(settings, name);
  if (addresses.length === 0 || !addresses.every((address) => isAddress(address)))
    faults.add(name, "must be (checksummed) addresses with commas between them");
  return new Set(addresses.map((address) => address.toLowerCase()));
}

function listSecrets(
  key: string | undefined,
  token: string,
  networks: readonly NetworkConfig[],
): readonly string[] {
  const urls = networks.flatMap(({ rpcUrl }) => {
    const { pathname, search, username, password } = new URL(rpcUrl);
    return [rpcUrl, username, password, ...`${pathname}${search}`.split(/[/?&=]/)];
  });
  return [...(key === undefined ? [] : [key, key.slice(2)]), token, ...urls];
}
