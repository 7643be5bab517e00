/**
 * The one place that reads `process.env`. What a deployment sets:
 *
 * | variable | meaning | development's default |
 * |---|---|---|
 * | `DATABASE_URL` | Postgres | the instance's own Postgres |
 * | `APP_URL` | origin of dashboard and API | `http://localhost:$PORT` |
 * | `CONTENT_URL` | origin of paid content; another site than `APP_URL` | `http://127.0.0.1:$GATEWAY_PORT` |
 * | `SECRET_KEY` | at least 32 bytes, base64url; `new,old` while rotating | generated, kept in `.data/config.json` |
 * | `EGRESS_ALLOW` | private upstreams that may be reached, `host:port,…` | the demo upstream |
 *
 * | `SANDBOX_FACILITATOR` | hosted ledger of TEST mode (`demo/facilitator`) | none: nothing moves, nothing is kept |
 * | `FACILITATORS` | who settles LIVE stablecoins: URLs, or JSON `[{url, headers}]`, first choice first | none: LIVE stablecoins are off |
 * | `STABLECOIN_NETWORKS` | `eip155:8453=https://node,eip155:137` | Base, Polygon, Arbitrum on public nodes |
 * | `STABLECOIN_CONFIRMATIONS` | blocks that a settlement needs: `2`, or `eip155:137=5` | by network, 1 to 3 |
 * | `EVM_CHAINS` | further networks, JSON (see docs/go-live-stablecoin.md) | none |
 * | `FACILITATOR_TIMEOUT_MS` | how long a facilitator may take for one answer | 15000 |
 * | `SETTLEMENT_TIMEOUT_MS` | how long a request waits for its settlement to be seen on the chain | 20000 |
 * | `LIGHTNING_NETWORK` | of the nodes that creators may connect: `mainnet`, `testnet`, `signet`, `regtest` | `mainnet` |
 * | `EXCHANGE_RATE` | what a dollar is in LIVE Bitcoin: `live`, or `fixed:<msat per USD>` | `live`: the median of several exchanges |
 *
 * Beside them `PORT`, `GATEWAY_PORT`, `DEMO_PORT`, `INIT_USER_EMAIL`, `INIT_USER_PASSWORD`, `INIT_API_KEY`.
 * Internal, set by our own scripts: `PAYWALL_ENV` says whether the instance is for development or production, because
 * `npm start` runs Next's production build with `NODE_ENV=production` without being a production deployment; where it
 * is not set, `NODE_ENV` decides. `PAYWALL_DATA` is the folder of everything that the instance generates.
 */
import { resolve } from "node:path";
import type { LightningNetwork } from "@x402-paywall/proxy/rails/lightning";
import { z } from "zod";
import {
  chainList,
  confirmationList,
  facilitatorList,
  networkList,
  type StablecoinConfig,
  toStablecoinConfig,
} from "./stablecoin-config.ts";
import { readDatabaseUrl, readSecretKey } from "./store/instance-files.ts";

export interface Env {
  readonly instance: "development" | "production";
  readonly databaseUrl: string;
  /** Origin, without a trailing slash. */
  readonly appUrl: string;
  /** Origin, without a trailing slash. */
  readonly contentUrl: string;
  /** The first one seals and signs; the others only open and verify. Each at least 32 bytes. */
  readonly secretKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** `host:port` of upstreams that the address policy lets through. */
  readonly egressAllow: readonly string[];
  /** Origin of the hosted sandbox facilitator. */
  readonly sandboxFacilitator: string | undefined;
  /** LIVE stablecoins, where the operator has set facilitators. */
  readonly stablecoin: StablecoinConfig | undefined;
  /** A node of another network is not connected. */
  readonly lightningNetwork: LightningNetwork;
  /** What one dollar buys in LIVE mode; `undefined`: what exchanges say. TEST's rate is another, always the same. */
  readonly fixedMsatPerUsd: bigint | undefined;
  readonly port: number;
  readonly gatewayPort: number;
  /** Absolute path of the folder for what the instance generates. */
  readonly dataDir: string;
  readonly initUser: { readonly email: string; readonly password: string } | undefined;
  readonly initApiKey: string | undefined;
}

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const milliseconds = z.coerce.number().int().min(100).max(120_000);
const origin = z
  .url({ protocol: /^https?$/, error: "must be an http(s) URL such as https://pay.example.com" })
  .refine((text) => isOrigin(text), "must be an origin: no path, query, user or fragment")
  .transform((text) => new URL(text).origin);
const secretKeys = z
  .string()
  .transform((text) => text.split(",").map((part) => Buffer.from(part.trim(), "base64url")))
  .refine(
    (keys) => keys.every((key) => key.length >= 32),
    "each key must have at least 32 random bytes: openssl rand -base64 32 | tr '+/' '-_'",
  );
const hostPorts = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim().toLowerCase())
      .filter((part) => part !== ""),
  )
  .refine(
    (parts) => parts.every((part) => /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/.test(part)),
    "must be host:port,host:port",
  );

const lightningNetwork = z
  .enum(["mainnet", "testnet", "signet", "regtest"], "must be mainnet, testnet, signet or regtest")
  .default("mainnet");

const exchangeRate = z
  .string()
  .regex(/^(live|fixed:[1-9]\d{0,11})$/, "must be live, or fixed:1000000 (msat that one US dollar buys)")
  .transform((text) => (text === "live" ? undefined : BigInt(text.slice("fixed:".length))))
  .optional();

const shape = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\/./, "must be postgres://user:password@host:5432/name"),
  APP_URL: origin,
  CONTENT_URL: origin,
  SECRET_KEY: secretKeys,
  EGRESS_ALLOW: hostPorts,
  SANDBOX_FACILITATOR: origin.optional(),
  FACILITATORS: facilitatorList.optional(),
  STABLECOIN_NETWORKS: networkList.optional(),
  STABLECOIN_CONFIRMATIONS: confirmationList.optional(),
  EVM_CHAINS: chainList.optional(),
  FACILITATOR_TIMEOUT_MS: milliseconds.optional(),
  SETTLEMENT_TIMEOUT_MS: milliseconds.optional(),
  LIGHTNING_NETWORK: lightningNetwork,
  EXCHANGE_RATE: exchangeRate,
  PORT: port(3000),
  GATEWAY_PORT: port(4020),
  INIT_USER_EMAIL: z
    .email()
    .transform((text) => text.toLowerCase())
    .optional(),
  INIT_USER_PASSWORD: z.string().min(8, "must have at least 8 characters").optional(),
  INIT_API_KEY: z
    .string()
    .regex(/^pk_[A-Za-z0-9_-]{32,}$/, "must be pk_ and at least 32 letters, digits, - or _")
    .optional(),
});

/**
 * Reads and checks the configuration from `source`. Development fills what is missing; production refuses.
 * @throws Error that names every fault at once, and what to do about each
 */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const instance =
    source["PAYWALL_ENV"] ?? (source["NODE_ENV"] === "production" ? "production" : "development");
  if (instance !== "development" && instance !== "production")
    throw new Error("PAYWALL_ENV must be development or production.");
  const dataDir = resolve(/* turbopackIgnore: true */ source["PAYWALL_DATA"] ?? ".data");
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
  const input =
    instance === "production"
      ? { EGRESS_ALLOW: "", ...given }
      : { ...developmentDefaults(given, dataDir), ...given };
  const parsed = shape.safeParse(input);
  if (!parsed.success) throw new Error(describeFaults(parsed.error, input, instance));
  const { data } = parsed;
  const [current, ...previous] = data.SECRET_KEY;
  if (current === undefined) throw new Error("SECRET_KEY is empty.");
  const { INIT_USER_EMAIL: email, INIT_USER_PASSWORD: password } = data;
  if ((email === undefined) !== (password === undefined))
    throw new Error("INIT_USER_EMAIL and INIT_USER_PASSWORD go together: set both or neither.");
  if (data.INIT_API_KEY !== undefined && email === undefined)
    throw new Error("INIT_API_KEY needs INIT_USER_EMAIL and INIT_USER_PASSWORD: whose key is it?");
  return {
    instance,
    databaseUrl: data.DATABASE_URL,
    appUrl: data.APP_URL,
    contentUrl: data.CONTENT_URL,
    secretKeys: [current, ...previous],
    egressAllow: data.EGRESS_ALLOW,
    sandboxFacilitator: data.SANDBOX_FACILITATOR,
    stablecoin: toStablecoinConfig(data),
    lightningNetwork: data.LIGHTNING_NETWORK,
    fixedMsatPerUsd: data.EXCHANGE_RATE,
    port: data.PORT,
    gatewayPort: data.GATEWAY_PORT,
    dataDir,
    initUser: email === undefined || password === undefined ? undefined : { email, password },
    initApiKey: data.INIT_API_KEY,
  };
}

/** `next dev`: modules are evaluated as they change. Never so in an instance that was built. */
export const isHotReloading = process.env.NODE_ENV === "development";

let loaded: Env | undefined;

/** {@link readEnv} of this process, once. */
export function loadEnv(): Env {
  return (loaded ??= readEnv(process.env));
}

function developmentDefaults(
  given: Record<string, string | undefined>,
  dataDir: string,
): Record<string, string | undefined> {
  return {
    DATABASE_URL: given["DATABASE_URL"] ?? readDatabaseUrl(dataDir),
    APP_URL: `http://localhost:${given["PORT"] ?? 3000}`,
    CONTENT_URL: `http://127.0.0.1:${given["GATEWAY_PORT"] ?? 4020}`,
    SECRET_KEY: given["SECRET_KEY"] ?? readSecretKey(dataDir),
    EGRESS_ALLOW: `127.0.0.1:${given["DEMO_PORT"] ?? 4030}`,
  };
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === "/" && search + hash + username + password === "";
}

function describeFaults(
  error: z.ZodError,
  input: Readonly<Record<string, unknown>>,
  instance: string,
): string {
  const lines = error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `  ${name} ${input[name] === undefined ? hintFor(name) : message}`;
  });
  const head = `The configuration of this ${instance} instance is not complete:`;
  return [head, ...lines, "Set them in the environment and start again."].join("\n");
}

function hintFor(name: string): string {
  switch (name) {
    case "DATABASE_URL":
      return "is not set: postgres://user:password@host:5432/name (or `npm start`, which brings a Postgres along)";
    case "SECRET_KEY":
      return "is not set: openssl rand -base64 32 | tr '+/' '-_'";
    case "APP_URL":
      return "is not set: the origin of the dashboard, such as https://pay.example.com";
    case "CONTENT_URL":
      return "is not set: the origin of paid content, on another domain than APP_URL";
    default:
      return "is not set";
  }
}
