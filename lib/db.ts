import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import { loadEnv } from "./env.ts";

/** Both ways to the one database: Prisma for the dashboard's queries, plain SQL where a statement must be one. */
export interface Database {
  readonly pool: Pool;
  readonly prisma: PrismaClient;
}

export interface PoolOptions {
  /** Connections of this process at most. */
  readonly max?: number;
}

/** A pool that gives up soon: a paywall that cannot reach its database must say so within two seconds. */
export function createPool(databaseUrl: string, { max = 10 }: PoolOptions = {}): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max,
    connectionTimeoutMillis: 1_500,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    // Batches are planned for the table as it is, not as it was when the connection saw them first.
    options:
      "-c plan_cache_mode=force_custom_plan -c statement_timeout=15000 -c idle_in_transaction_session_timeout=15000",
  });
  // Without a listener, an idle connection that the server closes would end the process. The pool replaces it by itself.
  pool.on("error", () => {});
  return pool;
}

/** A database of its own: for processes that are not Next, and for tests. Close with {@link closeDatabase}. */
export function createDatabase(databaseUrl: string, options?: PoolOptions): Database {
  const pool = createPool(databaseUrl, options);
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) };
}

export async function closeDatabase({ pool, prisma }: Database): Promise<void> {
  await prisma.$disconnect();
  await pool.end();
}

// Next reloads modules while it develops; connections must not pile up with each reload.
const holder: typeof globalThis & { paywallDatabase?: Database } = globalThis;

/** The database of this process, connected on first use. */
export function getDatabase(): Database {
  return (holder.paywallDatabase ??= createDatabase(loadEnv().databaseUrl));
}
