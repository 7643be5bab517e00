import type { HoldOutcome, NewHold } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runInRounds } from "./in-rounds.ts";
import { runBatch, type Statement } from "./statement.ts";

/**
 * Reserves for as many of the batch, in its order, as each balance can bear. Entitlements are locked in the order of
 * their ids, here and in every statement that touches them. What is written is computed from the locked row: Postgres
 * tries an UPDATE on the row of its snapshot first, and a check that an old row would break fails the statement.
 */
const openStatement: Statement = {
  name: "hold-open",
  text: `
with input as (
  select * from json_to_recordset($1::json) as i(
    n int, id text, entitlement_id text, amount bigint, uses int, lease_ms float8)
), locked as (
  select e.id, e.workspace_id, e.endpoint_id, e.mode, e.revoked_at is not null as revoked,
         e.expires_at <= now() as expired, e.deposited - e.spent - e.held as available, e.held, e.uses_left
  from entitlement e where e.id = any(array(select entitlement_id from input)) order by e.id for update
), known as (
  select h.id from hold h where h.id = any(array(select id from input))
), asked as (
  select i.*, l.workspace_id, l.endpoint_id, l.mode, l.available, l.uses_left,
         sum(i.amount) over so_far as total, sum(i.uses) over so_far as total_uses
  from input i join locked l on l.id = i.entitlement_id
  where not l.revoked and not l.expired and i.amount <= l.available and i.uses <= coalesce(l.uses_left, i.uses)
    and i.id not in (select id from known)
  window so_far as (partition by i.entitlement_id order by i.n)
), fitting as (
  select * from asked where total <= available and total_uses <= coalesce(uses_left, total_uses)
), opened as (
  insert into hold (id, workspace_id, endpoint_id, entitlement_id, mode, amount, uses, expires_at)
  select id, workspace_id, endpoint_id, entitlement_id, mode, amount, uses, now() + lease_ms * interval '1 ms'
  from fitting order by id
  on conflict (id) do nothing
  returning id, entitlement_id, amount, uses
), reserved as (
  update entitlement e set held = l.held + o.amount, uses_left = l.uses_left - o.uses
  from (select entitlement_id, sum(amount) as amount, sum(uses) as uses from opened group by 1) o
    join locked l on l.id = o.entitlement_id
  where e.id = o.entitlement_id
  returning e.id, e.deposited - e.spent - e.held as available, e.uses_left
)
select i.n, case
    when f.id is not null or i.id in (select id from known) then 'held'
    when l.id is null or l.revoked then 'unknown'
    when l.expired then 'expired'
    else 'insufficient' end as outcome,
  coalesce(r.available, l.available) as available, case when r.id is null then l.uses_left else r.uses_left end as uses_left
from input i left join locked l on l.id = i.entitlement_id left join reserved r on r.id = l.id left join fitting f on f.id = i.id`,
};

interface OpenRow {
  n: number;
  outcome: HoldOutcome["outcome"];
  available: string | null;
  uses_left: number | null;
}

/** Answers in order. The same hold twice in a batch is opened once. */
export async function runOpenHolds(pool: Pool, holds: readonly NewHold[]): Promise<HoldOutcome[]> {
  const distinct = [...new Map(holds.toReversed().map((hold) => [hold.id, hold])).values()].toReversed();
  const outcomes = await runInRounds(distinct, (items) => openOnce(pool, items), isWorthAnother);
  const byId = new Map(distinct.map(({ id }, index) => [id, outcomes[index]]));
  return holds.map(({ id }) => byId.get(id) ?? { outcome: "unknown" });
}

async function openOnce(pool: Pool, holds: readonly NewHold[]): Promise<HoldOutcome[]> {
  const input = holds.map(({ id, entitlementId, amount, uses, leaseMs }, n) => ({
    n,
    id,
    entitlement_id: entitlementId,
    amount: `${amount}`,
    uses,
    lease_ms: leaseMs,
  }));
  const outcomes: HoldOutcome[] = holds.map(() => ({ outcome: "unknown" }));
  for (const row of await runBatch<OpenRow>(pool, openStatement, input)) outcomes[row.n] = toOutcome(row);
  return outcomes;
}

function toOutcome({ outcome, available, uses_left: usesLeft }: OpenRow): HoldOutcome {
  if (outcome === "unknown" || outcome === "expired") return { outcome };
  return { outcome, available: BigInt(available ?? 0), usesLeft };
}

function isWorthAnother({ amount, uses }: NewHold, result: HoldOutcome): boolean {
  if (result.outcome !== "insufficient") return false;
  return amount <= result.available && (result.usesLeft === null || uses <= result.usesLeft);
}
