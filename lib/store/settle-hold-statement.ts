import { formatUsage } from "@x402-paywall/core";
import type { HoldSettlement } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runBatch, runQuery, type Statement } from "./statement.ts";

/**
 * Ends the holds of `chosen` that are still open, as `captured`, `uses` and `usage` say, and gives the entitlements back
 * what was not used. Entitlements are locked first, in the order of their ids, then holds in theirs, as everywhere; what
 * an entitlement gets is computed from its locked row (see open-hold-statement.ts).
 */
const end = (how: {
  readonly captured: string;
  readonly uses: string;
  readonly usage: string;
  /** Ends the choice of holds: order and lock. */
  readonly lock: string;
  readonly join?: string;
}) => `
locked as (
  select e.id, e.held, e.spent, e.uses_left from entitlement e
  where e.id = any(array(select h.entitlement_id from hold h where h.id = any(array(select id from chosen)) and h.state = 'held'))
  order by e.id for update
), open as (
  select h.id, h.uses from hold h
  where h.id = any(array(select id from chosen)) and h.state = 'held' and h.entitlement_id = any(array(select id from locked))
    ${how.lock}
), ended as (
  update hold h set captured = least(${how.captured}, h.amount), uses = least(${how.uses}, h.uses), usage = ${how.usage},
    settled_at = now(),
    state = case when least(${how.captured}, h.amount) = 0 and least(${how.uses}, h.uses) = 0 then 'released' else 'settled' end
  from open o ${how.join ?? ""} where h.id = o.id
  returning h.id, h.entitlement_id, h.amount, h.captured, o.uses - h.uses as uses_back
), charged as (
  update entitlement e set held = l.held - s.amount, spent = l.spent + s.captured, uses_left = l.uses_left + s.uses_back
  from (select entitlement_id, sum(amount) as amount, sum(captured) as captured, sum(uses_back) as uses_back
        from ended group by 1) s join locked l on l.id = s.entitlement_id
  where e.id = s.entitlement_id
)
select id from ended`;

const settleStatement: Statement = {
  name: "hold-settle",
  text: `
with chosen as (
  select * from json_to_recordset($1::json) as i(id text, captured bigint, uses int, usage jsonb)
), ${end({
    captured: "i.captured",
    uses: "i.uses",
    usage: "i.usage",
    lock: "order by h.id for update",
    join: "join chosen i on i.id = o.id",
  })}`,
};

// A hold lives as long as its answer: older ones are not looked for, so that the index on the time of creation serves.
const sweepStatement: Statement = {
  name: "hold-sweep",
  text: `
with chosen as (
  select id from hold where state = 'held' and expires_at < now() and created_at > now() - interval '7 days'
  order by created_at limit $1
), ${end({
    captured: "h.captured",
    uses: "h.uses",
    usage: "h.usage",
    lock: "and h.expires_at < now() order by h.id for update skip locked",
  })}`,
};

export type SettleOutcome = "settled" | "lost";

/** Answers in order. */
export async function runSettleHolds(
  pool: Pool,
  settlements: readonly HoldSettlement[],
): Promise<SettleOutcome[]> {
  const input = settlements.map(({ id, captured, uses, usage }) => ({
    id,
    captured: `${captured}`,
    uses,
    usage: usage && formatUsage(usage),
  }));
  const rows = await runBatch<{ id: string }>(pool, settleStatement, input);
  const ended = new Set(rows.map(({ id }) => id));
  return settlements.map(({ id }) => (ended.has(id) ? "settled" : "lost"));
}

/** Settles holds whose lease ran out, at what they reported last. @returns how many */
export async function sweepHolds(pool: Pool, limit: number): Promise<number> {
  const rows = await runQuery<{ id: string }>(pool, { ...sweepStatement, values: [limit] });
  return rows.length;
}
