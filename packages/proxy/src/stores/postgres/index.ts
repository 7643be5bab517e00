import type { AtomicStore } from "../../store.ts";
import { migrateWith, migrationSql } from "../sql/migrate.ts";
import { createSqlStore } from "../sql/sql-store.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { createPostgresDriver, type PostgresPool, type PostgresStoreOptions } from "./postgres-driver.ts";

export type { PostgresClient, PostgresPool, PostgresQuery, PostgresStoreOptions } from "./postgres-driver.ts";

/**
 * An {@link AtomicStore} in Postgres, for any number of processes. Tables are made by {@link migrate}; timeouts are the
 * pool's. Calls reject with what `pg` throws.
 */
export function createPostgresStore(options: PostgresStoreOptions): AtomicStore {
  return createSqlStore(createPostgresDriver(options));
}

/** Makes or updates the tables (`paywall_…`, in the first schema of the search path); any number of processes may call it at once. */
export function migrate(pool: PostgresPool): Promise<void> {
  return migrateWith(createPostgresDriver({ pool }), ["select pg_advisory_xact_lock(402402402)"]);
}

/** What {@link migrate} does to an empty database, for other migration tools. */
export const postgresMigration: string = migrationSql(postgresDialect.schema);
