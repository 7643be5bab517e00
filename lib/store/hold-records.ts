import { type Json, parseUsage } from "@x402-paywall/core";
import type { HoldRecord } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runQuery } from "./statement.ts";

interface HoldRow extends Omit<HoldRecord, "captured" | "usage"> {
  captured: string;
  usage: Json;
}

/** What one request drew, so far or in the end. */
export async function findHold(pool: Pool, id: string): Promise<HoldRecord | undefined> {
  const rows = await runQuery<HoldRow>(pool, {
    name: "find-hold",
    text: `select id, entitlement_id as "entitlementId", endpoint_id as "endpointId", mode, state, captured, usage,
             floor(extract(epoch from settled_at))::float8 as "settledAt"
           from hold where id = $1`,
    values: [id],
  });
  const [row] = rows;
  return row && { ...row, captured: BigInt(row.captured), usage: parseUsage(row.usage) ?? null };
}
