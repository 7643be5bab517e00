import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import type { Agent } from "undici";
import type { Histories, PayerRecord, RailRecord } from "../checker/histories.ts";
import { startDatabase } from "./database.ts";
import type { StormDatabase } from "./database.ts";
import { flatPrice, writeEndpoints } from "./endpoint-rows.ts";
import type { LiveSale, StormEndpoint } from "./endpoint-rows.ts";
import { startFleet } from "./fleet.ts";
import type { Fleet } from "./fleet.ts";
import type { Mint } from "./mint-credential.ts";
import { openSockets } from "./present.ts";
import { readBooks } from "./read-books.ts";
import { startUpstream } from "./storm-upstream.ts";
import type { StormUpstream } from "./storm-upstream.ts";

export interface FieldOptions {
  readonly slots: number;
  readonly leaseMs?: number;
  readonly railTimeoutMs?: number;
  readonly endpoints?: readonly StormEndpoint[];
  /** Runs a build that is broken on purpose. */
  readonly mutation?: string | undefined;
  readonly logFile: string;
  /** Where the gateways find Postgres, given its own address. */
  readonly route?: (databaseUrl: string) => Promise<string>;
}

/** Whose money it is in a storm, and who keeps the books of it that no gateway can touch. */
export interface RailSide<Way extends string> {
  /** The sandbox's ledger; empty where the gateways are the real ones. */
  readonly url: string;
  /** What the gateways are told beside what all are. */
  readonly env: Readonly<Record<string, string>>;
  /** Gateways are `gateway/main.ts` as it is, jobs included; there is nothing to order them. */
  readonly real: boolean;
  /** `host:port` that gateways may reach beside the upstream. */
  readonly egress?: readonly string[];
  /** Endpoints are LIVE. */
  readonly sale?: LiveSale;
  openMint(secretKey: Uint8Array): Promise<Mint<Way>>;
  read(): RailRecord | Promise<RailRecord>;
  stop(): Promise<void>;
}

/** Everything that runs during a storm, whatever it is paid with. */
export interface Ground<Way extends string> {
  readonly database: StormDatabase;
  /** Straight to Postgres, for the rig's own questions. */
  readonly pool: Pool;
  readonly upstream: StormUpstream;
  readonly fleet: Fleet;
  readonly sockets: Agent;
  readonly mint: Mint<Way>;
  readonly records: PayerRecord[];
  /** From 0 to below 1. */
  readonly random: () => number;
  /** The four histories, as they are now. */
  read(): Promise<Histories>;
  stop(): Promise<void>;
}

/** For whoever buys nothing. */
export type AnyGround = Ground<never>;

/** Starts all of it. The rail's side is stopped with it, also where the start fails. */
export async function startGround<Way extends string>(
  options: FieldOptions,
  rail: RailSide<Way>,
): Promise<Ground<Way>> {
  const { slots, leaseMs = 3_000, railTimeoutMs = 1_000, logFile, mutation } = options;
  const {
    endpoints = [
      { slug: "storm-0", pricing: flatPrice },
      { slug: "storm-1", pricing: flatPrice },
    ],
  } = options;
  const random = Math.random;
  const ends: (() => Promise<unknown>)[] = [() => rail.stop()];
  const stop = async (): Promise<void> => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const database = await startDatabase();
    ends.push(() => database.stop());
    const pool = new Pool({ connectionString: database.url, max: 4 });
    pool.on("error", () => {});
    ends.push(() => pool.end());
    const upstream = await startUpstream(random);
    ends.push(() => upstream.stop());
    const secretKey = randomBytes(32);
    await writeEndpoints(pool, upstream.origin, endpoints, secretKey, rail.sale);
    const dataDir = join(tmpdir(), `storm-gateways-${process.pid}`);
    mkdirSync(dataDir, { recursive: true });
    ends.push(async () => rmSync(dataDir, { recursive: true, force: true }));
    const env = {
      PAYWALL_ENV: "development",
      PAYWALL_DATA: dataDir,
      DATABASE_URL: (await options.route?.(database.url)) ?? database.url,
      SECRET_KEY: secretKey.toString("base64url"),
      APP_URL: "http://localhost:3000",
      CONTENT_URL: "http://127.0.0.1:4020",
      EGRESS_ALLOW: [new URL(upstream.origin).host, ...(rail.egress ?? [])].join(","),
      ...rail.env,
    };
    const orders = { leaseMs, railTimeoutMs, railUrl: rail.url };
    const broken = mutation === undefined ? {} : { mutation };
    const { real } = rail;
    const fleet = await startFleet({ slots, orders, env, logFile, real, ...broken }, random);
    ends.push(() => fleet.stop());
    const sockets = openSockets();
    ends.push(() => sockets.destroy());
    const mint = await rail.openMint(secretKey);
    const records: PayerRecord[] = [];
    const read = async (): Promise<Histories> => ({
      payers: records,
      rail: await rail.read(),
      books: await readBooks(pool),
      upstream: upstream.runsOf(records.map(({ credential }) => credential.paymentKey)),
      deaths: fleet.deaths,
    });
    return { database, pool, upstream, fleet, sockets, mint, records, random, read, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
