import { randomBytes } from "node:crypto";
import { Client, Pool } from "pg";
import { inject } from "vitest";
import { z } from "zod";

declare module "vitest" {
  interface ProvidedContext {
    /** Starts the run's Postgres when asked for the first time: see vitest.global-setup.ts. */
    databaseStarter: string;
  }
}

const serverShape = z.object({ url: z.string(), template: z.string() });
let server: Promise<z.infer<typeof serverShape>> | undefined;

/** Administrator's URL of the test run's Postgres, and the name of the migrated database to copy. */
async function findServer(): Promise<z.infer<typeof serverShape>> {
  const answer = await fetch(inject("databaseStarter"));
  if (!answer.ok) throw new Error(await answer.text());
  return serverShape.parse(await answer.json());
}

export interface TestDatabase {
  readonly url: string;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** A migrated, empty database of its own for a test file: a copy of the run's template, in about 30 ms. */
export async function createTestDatabase(options: { readonly max?: number } = {}): Promise<TestDatabase> {
  const { url: serverUrl, template } = await (server ??= findServer());
  const name = `test_${randomBytes(8).toString("hex")}`;
  await administer(serverUrl, `create database ${name} template ${template}`);
  const url = withDatabaseName(serverUrl, name);
  const pool = new Pool({ connectionString: url, max: options.max ?? 10 });
  // Closing the database ends idle connections, which is no error here.
  pool.on("error", () => {});
  return {
    url,
    pool,
    close: async () => {
      await pool.end();
      await administer(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

/** An empty database without any table, for tests of the migrations themselves. */
export async function createEmptyDatabase(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { url: serverUrl } = await (server ??= findServer());
  const name = `empty_${randomBytes(8).toString("hex")}`;
  await administer(serverUrl, `create database ${name}`);
  return {
    url: withDatabaseName(serverUrl, name),
    close: () => administer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function withDatabaseName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
