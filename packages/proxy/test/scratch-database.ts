import { randomBytes } from "node:crypto";
import { Client, Pool } from "pg";
import { inject } from "vitest";

export interface ScratchDatabase {
  /** Another process, as far as the database can tell. @param options As in `PGOPTIONS` */
  connect(max?: number, options?: string): Pool;
  close(): Promise<void>;
}

/** An empty database of its own on the run's Postgres, which the first call starts (vitest.global-setup.ts). */
export async function createScratchDatabase(): Promise<ScratchDatabase> {
  const answer = await fetch(inject("databaseStarter"));
  if (!answer.ok) throw new Error(await answer.text());
  const server = (await answer.json()) as { readonly url: string };
  const name = `stores_${randomBytes(8).toString("hex")}`;
  await administer(server.url, `create database ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const pools: Pool[] = [];
  return {
    connect: (max = 10, options) => {
      const pool = new Pool({ connectionString: url.href, max, options });
      // Closing the database ends idle connections, which is no error here.
      pool.on("error", () => {});
      pools.push(pool);
      return pool;
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
      await administer(server.url, `drop database ${name} with (force)`);
    },
  };
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
