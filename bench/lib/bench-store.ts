import { formatPrice } from "@x402-paywall/core";
import type { AtomicStore, Endpoint } from "@x402-paywall/proxy";
import { Pool } from "pg";
import { createPostgresStore } from "../../lib/store/postgres-store.ts";

/** The deployment's store on an empty, migrated database, with the rows that payments refer to. */
export async function openBenchStore(
  databaseUrl: string,
  endpoints: readonly Endpoint[],
): Promise<AtomicStore> {
  const pool = new Pool({ connectionString: databaseUrl, max: 16 });
  for (const { id, workspaceId, slug, title, upstream, defaultPrice } of endpoints) {
    await pool.query("INSERT INTO workspace (id, name) VALUES ($1, 'Bench') ON CONFLICT DO NOTHING", [
      workspaceId,
    ]);
    await pool.query(
      "INSERT INTO endpoint (id, workspace_id, slug, title, upstream_origin, pricing) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
      [id, workspaceId, slug, title, upstream.origin, JSON.stringify(formatPrice(defaultPrice))],
    );
  }
  return createPostgresStore({ pool });
}
