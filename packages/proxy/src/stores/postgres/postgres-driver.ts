import type { SqlDriver, SqlStatement, SqlValue } from "../sql/sql-driver.ts";
import { postgresDialect } from "./postgres-dialect.ts";

/** With a `name` each connection parses and plans the text once. */
export interface PostgresQuery {
  readonly name?: string;
  readonly text: string;
  readonly values: SqlValue[];
}

/** What is used of a `PoolClient` of `pg`. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<{ readonly rows: readonly unknown[] }>;
  release(broken?: Error): void;
}

/** What is used of a `Pool` of `pg`. */
export interface PostgresPool extends Pick<PostgresClient, "query"> {
  connect(): Promise<PostgresClient>;
}

export interface PostgresStoreOptions {
  /** A `Pool` of `pg`. */
  readonly pool: PostgresPool;
  /** `false` behind a pooler that loses prepared statements (PgBouncer before 1.21): half as fast. */
  readonly prepare?: boolean;
}

const MAX_TRIES = 6;

// A name belongs to one text on a connection, also where two copies of this module share a pool.
let copy: string | undefined;
const names = new Map<string, string>();

/** One statement commits by itself and takes one round trip; several are a transaction on one connection. */
export function createPostgresDriver({ pool, prepare = true }: PostgresStoreOptions): SqlDriver {
  const ask = async (client: Pick<PostgresClient, "query">, { text, values }: SqlStatement) => {
    const named = prepare && values.length > 0 ? { name: nameOf(text) } : {};
    const { rows } = await client.query({ ...named, text, values: [...values] });
    return rows;
  };
  const transact = async (statements: readonly SqlStatement[]) => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await ask(client, command("begin isolation level read committed"));
      const results: (readonly unknown[])[] = [];
      // oxlint-disable-next-line no-await-in-loop -- a connection runs one statement after the other
      for (const statement of statements) results.push(await ask(client, statement));
      await ask(client, command("commit"));
      return results;
    } catch (error) {
      // A connection that cannot even roll back is not given to anybody else.
      await ask(client, command("rollback")).catch((cause: Error) => (broken = cause));
      throw error;
    } finally {
      client.release(broken);
    }
  };
  return {
    dialect: postgresDialect,
    batch: (statements) => {
      const [only] = statements;
      const alone = only !== undefined && statements.length === 1;
      return withRetries(async () => (alone ? [await ask(pool, only)] : transact(statements)));
    },
  };
}

function command(text: string): SqlStatement {
  return { text, values: [] };
}

function nameOf(text: string): string {
  // Not when the module is loaded: Workers have no random numbers then.
  copy ??= Math.random().toString(36).slice(2);
  const name = names.get(text) ?? `paywall_${copy}_${names.size}`;
  names.set(text, name);
  return name;
}

/** A deadlock or a serialization failure changed nothing: it is tried again, at a random moment. */
async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      return await work();
    } catch (error) {
      if (tries === MAX_TRIES || !isConflict(error)) throw error;
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries));
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "40001" || error.code === "40P01");
}
