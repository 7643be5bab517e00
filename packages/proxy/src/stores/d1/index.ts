import type { AtomicStore } from "../../store.ts";
import { migrateWith, migrationSql } from "../sql/migrate.ts";
import type { SqlDriver, SqlValue } from "../sql/sql-driver.ts";
import { createSqlStore } from "../sql/sql-store.ts";
import { sqliteDialect } from "../sql/sqlite-dialect.ts";

/** What is used of a prepared statement of D1. */
export interface D1Prepared {
  bind(...values: SqlValue[]): D1Prepared;
}

/** What is used of the binding of a D1 database. */
export interface D1Binding {
  prepare(sql: string): D1Prepared;
  batch(statements: D1Prepared[]): Promise<readonly { readonly results: readonly unknown[] }[]>;
}

/** An {@link AtomicStore} in Cloudflare D1. Tables are made by {@link d1Migration}. Calls reject with what D1 throws. */
export function createD1Store(db: D1Binding): AtomicStore {
  return createSqlStore(createD1Driver(db));
}

/** Makes or updates the tables (`paywall_…`); does the same as {@link d1Migration}, from a Worker. */
export function migrateD1(db: D1Binding): Promise<void> {
  return migrateWith(createD1Driver(db));
}

/** The SQL of the tables, for a file below `migrations/` and `wrangler d1 migrations apply`. */
export const d1Migration: string = migrationSql(sqliteDialect.schema);

function createD1Driver(db: D1Binding): SqlDriver {
  return {
    dialect: sqliteDialect,
    batch: async (statements) => {
      const prepared = statements.map(({ text, values }) => db.prepare(text).bind(...values));
      const answers = await db.batch(prepared);
      return answers.map(({ results }) => results);
    },
  };
}
