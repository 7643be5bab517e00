import type { AtomicStore } from "../../store.ts";
import { migrateWith } from "../sql/migrate.ts";
import type { SqlDriver, SqlStatement, SqlValue } from "../sql/sql-driver.ts";
import { createSqlStore } from "../sql/sql-store.ts";
import { sqliteDialect } from "../sql/sqlite-dialect.ts";

interface SqliteStatement {
  all(...values: SqlValue[]): unknown[];
}

/** What is used of a `DatabaseSync` of `node:sqlite`. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
}

export interface SqliteStoreOptions {
  /** Opened with default options; the caller closes it. */
  readonly database: SqliteDatabase;
  /** How long a statement waits for another process that writes; 5,000 unless given. It blocks this process. */
  readonly busyTimeoutMs?: number;
}

/**
 * An {@link AtomicStore} in one SQLite file, for the processes of one machine. It makes and updates its tables
 * (`paywall_…`) by itself, sets write-ahead logging, and has each commit on the disk before it resolves. Calls reject with
 * what `node:sqlite` throws.
 */
export function createSqliteStore({ database, busyTimeoutMs = 5_000 }: SqliteStoreOptions): AtomicStore {
  database.exec(
    `pragma busy_timeout = ${busyTimeoutMs}; pragma journal_mode = wal; pragma synchronous = full`,
  );
  const driver = createSqliteDriver(database);
  const ready = migrateWith(driver);
  // Whoever asks first is told.
  ready.catch(() => {});
  return createSqlStore({
    ...driver,
    batch: async (statements) => {
      await ready;
      return driver.batch(statements);
    },
  });
}

function createSqliteDriver(database: SqliteDatabase): SqlDriver {
  const prepared = new Map<string, SqliteStatement>();
  const run = ({ text, values }: SqlStatement) => {
    const statement = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, statement);
    return statement.all(...values);
  };
  return {
    dialect: sqliteDialect,
    batch: async (statements) => {
      // Takes the write lock at once: one that is asked for in the middle may be refused without waiting.
      if (statements.length > 1) database.exec("begin immediate");
      try {
        const results = statements.map(run);
        if (statements.length > 1) database.exec("commit");
        return results;
      } catch (error) {
        if (statements.length > 1) database.exec("rollback");
        throw error;
      }
    },
  };
}
