import type { FreeUse } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runBatch, type Statement } from "./statement.ts";

export interface FreeUseItem extends FreeUse {
  readonly limit: number;
}

/** One row a quota; no two items of a batch share one. A quota that is used up is left as it is. */
const takeStatement: Statement = {
  name: "free-use-take",
  text: `
with input as (
  select * from json_to_recordset($1::json) as i(endpoint_id text, route_id text, payer text, day date, quota int)
), taken as (
  insert into free_use as f (endpoint_id, route_id, payer, day, count)
  select endpoint_id, route_id, payer, day, 1 from input where quota > 0 order by endpoint_id, route_id, payer, day
  on conflict (endpoint_id, route_id, payer, day) do update set count = f.count + 1
  where f.count < (select quota from input i
    where (i.endpoint_id, i.route_id, i.payer, i.day) = (f.endpoint_id, f.route_id, f.payer, f.day))
  returning endpoint_id, route_id, payer, day
)
select endpoint_id, route_id, payer, day::text from taken`,
};

const returnStatement: Statement = {
  name: "free-use-return",
  text: `
with input as (
  select * from json_to_recordset($1::json) as i(endpoint_id text, route_id text, payer text, day date)
), held as (
  select f.* from free_use f join input i using (endpoint_id, route_id, payer, day)
  order by f.endpoint_id, f.route_id, f.payer, f.day for update of f
)
update free_use f set count = f.count - 1 from held h
where (f.endpoint_id, f.route_id, f.payer, f.day) = (h.endpoint_id, h.route_id, h.payer, h.day) and f.count > 0`,
};

interface FreeUseRow {
  endpoint_id: string;
  route_id: string;
  payer: string;
  day: string;
}

/** What a quota is counted by. */
export function freeUseKey(use: FreeUse): string {
  return JSON.stringify([use.endpointId, use.routeId ?? "", use.payer, use.day]);
}

/** Answers in order; false where the quota is used up. */
export async function runTakeFreeUses(pool: Pool, items: readonly FreeUseItem[]): Promise<boolean[]> {
  const rows = await runBatch<FreeUseRow>(
    pool,
    takeStatement,
    items.map((item) => ({ ...toRow(item), quota: item.limit })),
  );
  const taken = new Set(
    rows.map((row) => JSON.stringify([row.endpoint_id, row.route_id, row.payer, row.day])),
  );
  return items.map((item) => taken.has(freeUseKey(item)));
}

export async function returnFreeUse(pool: Pool, use: FreeUse): Promise<void> {
  await runBatch(pool, returnStatement, [toRow(use)]);
}

function toRow(use: FreeUse): FreeUseRow {
  return { endpoint_id: use.endpointId, route_id: use.routeId ?? "", payer: use.payer, day: use.day };
}
