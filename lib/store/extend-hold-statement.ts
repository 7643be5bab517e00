import type { HoldExtension } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runInRounds } from "./in-rounds.ts";
import { runBatch, type Statement } from "./statement.ts";

/**
 * Adds to holds what their balances can bear, in the batch's order; progress and lease are written in any case. Where
 * nothing is added, no entitlement is locked: reporting does not queue behind a hot balance.
 */
const extendStatement: Statement = {
  name: "hold-extend",
  text: `
with input as (
  select * from json_to_recordset($1::json) as i(n int, id text, amount bigint, captured bigint, lease_ms float8)
), locked as (
  select e.id, e.held, case when e.revoked_at is null and e.expires_at > now() then e.deposited - e.spent - e.held else 0 end as available
  from entitlement e
  where e.id = any(array(select h.entitlement_id from hold h
                         where h.id = any(array(select id from input where amount > 0)) and h.state = 'held'))
  order by e.id for update
), open as (
  -- The count is never below zero: it makes this wait for the entitlements.
  select h.id, h.entitlement_id from hold h
  where h.id = any(array(select id from input)) and h.state = 'held' and (select count(*) from locked) >= 0
  order by h.id for update
), asked as (
  select i.id, i.amount, l.id as entitlement_id, l.available,
         sum(i.amount) over (partition by l.id order by i.n) as total
  from input i join open o on o.id = i.id join locked l on l.id = o.entitlement_id
  where i.amount > 0 and i.amount <= l.available
), granted as (
  select * from asked where total <= available
), written as (
  update hold h set amount = h.amount + coalesce(g.amount, 0), expires_at = now() + i.lease_ms * interval '1 ms',
    captured = least(greatest(h.captured, i.captured), h.amount + coalesce(g.amount, 0))
  from open o join input i on i.id = o.id left join granted g on g.id = o.id
  where h.id = o.id
), reserved as (
  update entitlement e set held = l.held + g.amount
  from (select entitlement_id, sum(amount) as amount from granted group by 1) g join locked l on l.id = g.entitlement_id
  where e.id = g.entitlement_id
  returning e.id, e.deposited - e.spent - e.held as available
)
select i.n, case when o.id is null then 'lost' when i.amount = 0 or g.id is not null then 'extended' else 'insufficient' end as outcome,
       coalesce(r.available, l.available) as available
from input i left join open o on o.id = i.id left join granted g on g.id = i.id
  left join locked l on l.id = o.entitlement_id left join reserved r on r.id = l.id`,
};

export type ExtendOutcome = "extended" | "insufficient" | "lost";

interface ExtendRow {
  n: number;
  outcome: ExtendOutcome;
  available: string | null;
}

interface Extended {
  readonly outcome: ExtendOutcome;
  readonly available: bigint;
}

/** Answers in order. */
export async function runExtendHolds(
  pool: Pool,
  extensions: readonly HoldExtension[],
): Promise<ExtendOutcome[]> {
  const results = await runInRounds(
    extensions,
    (items) => extendOnce(pool, items),
    ({ amount }, { outcome, available }) => outcome === "insufficient" && amount <= available,
  );
  return results.map(({ outcome }) => outcome);
}

async function extendOnce(pool: Pool, extensions: readonly HoldExtension[]): Promise<Extended[]> {
  const input = extensions.map(({ id, amount, captured, leaseMs }, n) => ({
    n,
    id,
    amount: `${amount}`,
    captured: `${captured}`,
    lease_ms: leaseMs,
  }));
  const results: Extended[] = extensions.map(() => ({ outcome: "lost", available: 0n }));
  for (const { n, outcome, available } of await runBatch<ExtendRow>(pool, extendStatement, input))
    results[n] = { outcome, available: BigInt(available ?? 0) };
  return results;
}
