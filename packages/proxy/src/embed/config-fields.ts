import { utf8 } from "@x402-paywall/core";
import type { Rail } from "../rail.ts";
import type { AtomicStore } from "../store.ts";
import { PaywallConfigError } from "./config-error.ts";
import type { PaywallConfig, RailContext, RailInput, ResolvedConfig } from "./config.ts";

/** The fields of a configuration, each with what it must be. All throw PaywallConfigError: types hold for TypeScript only. */

export const ALL_WIRES = ["x402", "l402", "mpp"] as const;
const MIN_SECRET = 32;
const MAX_QUOTE_SECONDS = 86_400;

export function readName(name: unknown): string {
  if (typeof name === "string" && /^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) return name;
  throw new PaywallConfigError(
    "name",
    `"${String(name)}" is no name.`,
    "Use lower-case letters, digits and dashes.",
  );
}

export function readSecrets(secret: unknown): readonly Uint8Array[] {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  const fix = "Set it to at least 32 random characters: `openssl rand -hex 32` makes 64.";
  if (secrets.length === 0)
    throw new PaywallConfigError("secret", "It is missing, and without it nothing can be signed.", fix);
  return secrets.map((each) => {
    if (each === undefined || each === null || each === "")
      throw new PaywallConfigError("secret", "It is missing, and without it nothing can be signed.", fix);
    if (typeof each !== "string") throw new PaywallConfigError("secret", "It is no text.", fix);
    const bytes = utf8(each);
    if (bytes.length < MIN_SECRET)
      throw new PaywallConfigError("secret", `It has only ${bytes.length} bytes.`, fix);
    return bytes;
  });
}

export function readOrigin(url: unknown): string {
  const fix = 'Write the public origin of this application: "https://api.example.com".';
  const parsed = typeof url === "string" ? URL.parse(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new PaywallConfigError("url", `"${String(url)}" is no http(s) URL.`, fix);
  const { username, password, pathname, search, hash, origin } = parsed;
  if (`${username}${password}${search}${hash}` !== "" || pathname !== "/")
    throw new PaywallConfigError("url", `"${String(url)}" is more than an origin.`, fix);
  return origin;
}

export function readRails(inputs: readonly RailInput[], context: RailContext): readonly Rail[] {
  const rails = readList("rails", inputs, "rails: [sandbox()]");
  if (rails.length === 0)
    throw new PaywallConfigError(
      "rails",
      "Without a rail nobody can pay.",
      "Leave `rails` out for the sandbox.",
    );
  return rails.map((input, at): Rail => {
    const rail: unknown = typeof input === "function" ? input(context) : input;
    if (isRail(rail)) return rail;
    throw new PaywallConfigError(
      `rails[${at}]`,
      "Not a rail.",
      "Import one, such as sandbox(), and list what it returns.",
    );
  });
}

function readList<T>(field: string, value: readonly T[], example: string): readonly T[] {
  if (Array.isArray(value)) return value;
  throw new PaywallConfigError(field, "Not a list.", `Write it as in \`${example}\`.`);
}

function isRail(value: unknown): value is Rail {
  return (
    typeof value === "object" && value !== null && "settle" in value && "verify" in value && "mode" in value
  );
}

export function modeOf(rails: readonly Rail[]): Rail["mode"] {
  const modes = new Set(rails.map((rail) => rail.mode));
  if (modes.size > 1)
    throw new PaywallConfigError(
      "rails",
      "TEST and LIVE rails are mixed.",
      "One application is in one mode.",
    );
  return modes.has("live") ? "live" : "test";
}

/** A Map or a list has no entries that would be seen, and everything would be given away. */
export function readRoutes(routes: NonNullable<PaywallConfig["routes"]>): ResolvedConfig["routes"] {
  const given: unknown = routes;
  const prototype: unknown =
    typeof given === "object" && given !== null ? Object.getPrototypeOf(given) : undefined;
  if (prototype === null || prototype === Object.prototype) return routes;
  throw new PaywallConfigError("routes", "Not an object.", 'Write it as in `{ "GET /weather": "$0.01" }`.');
}

export function readStore(store: AtomicStore): AtomicStore {
  const atomic: unknown = store.atomic;
  if (atomic === true) return store;
  throw new PaywallConfigError(
    "store",
    "It cannot claim a payment in one step.",
    "Use the Postgres, SQLite, D1 or memory store.",
  );
}

export function readWires(wires: NonNullable<PaywallConfig["wires"]>): ResolvedConfig["wires"] {
  const chosen = readList("wires", wires, 'wires: ["x402", "l402"]');
  const unknown = chosen.find((wire) => !ALL_WIRES.includes(wire));
  if (unknown !== undefined || chosen.length === 0)
    throw new PaywallConfigError(
      "wires",
      `${unknown === undefined ? "None" : `"${unknown}"`} is no wire.`,
      "Choose of x402, l402, mpp.",
    );
  return chosen;
}

export function readQuoteSeconds(seconds = 300): void {
  if (Number.isSafeInteger(seconds) && seconds > 0 && seconds <= MAX_QUOTE_SECONDS) return;
  throw new PaywallConfigError(
    "quoteSeconds",
    `${seconds} is no number of seconds.`,
    `Write a whole number from 1 to ${MAX_QUOTE_SECONDS}.`,
  );
}
