import type { Credit, CreditStore } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { claimedRow } from "./claim-statement.ts";
import { sqlState } from "./database-error.ts";
import {
  lockTopUps,
  settledColumns,
  settledRow,
  toppedUpInVain,
  writeSettled,
} from "./settlement-statement.ts";
import { runBatch, runQuery, type Statement } from "./statement.ts";

export type CreditOutcome = Awaited<ReturnType<CreditStore["credit"]>>;

/** A presentation holds a row for a moment only; whatever takes longer is tried again. */
const PATIENCE_MS = 400;
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Claim, settlement and release at once: the row goes from open or from nothing to settled with no owner, so that no
 * presentation ever sees a lease of this. Locks as in settlement-statement.ts; a payment that appears in between is
 * locked after its entitlement, and there the patience, shorter than Postgres's for a deadlock, gives way.
 */
const creditStatement: Statement = {
  name: "credit",
  text: `
with patience as materialized (
  select set_config('lock_timeout', '${PATIENCE_MS}', true) as ms
), input as materialized (
  select i.* from patience cross join json_to_recordset($1::json) as i(
    id text, payment_key text, quote jsonb, short boolean, ${settledColumns})
  where ms is not null
), held as (
  select p.payment_key from payment p where p.payment_key = any(array(select payment_key from input)) for update
), target as (${lockTopUps}
), changed as (
  insert into payment as p (id, payment_key, owner, lease_until, workspace_id, endpoint_id, mode, state, quote_id,
    binding_hash, quote, amount, rail, wire, payer, receipt_id, entitlement_id, settled_at, refund_due_at)
  select id, payment_key, null, now(), workspace_id, endpoint_id, mode, case when short then 'refund-due' else 'settled' end,
    quote_id, binding_hash, quote, amount, rail, wire, payer, receipt_id, entitlement_id, to_timestamp(settled_at),
    case when short or ${toppedUpInVain} then now() end
  from input i where (select count(*) from target) >= 0
  on conflict (payment_key) do update set previous_state = p.state, state = excluded.state, owner = null,
    amount = excluded.amount, payer = coalesce(p.payer, excluded.payer), receipt_id = excluded.receipt_id,
    entitlement_id = excluded.entitlement_id, settled_at = excluded.settled_at,
    refund_due_at = excluded.refund_due_at, updated_at = now()
  where p.quote_id = excluded.quote_id and p.state in ('claimed', 'settling', 'unknown', 'released')
    and p.entitlement_id is null and (p.owner is null or p.lease_until < now())
  returning payment_key
), ${writeSettled}, owed as (
  insert into payment_event (payment_key, workspace_id, state, detail)
  select payment_key, workspace_id, 'refund-due', 'less arrived than was quoted' from fresh where short
)
select payment_key from changed`,
};

/** One at a time: a row that somebody holds must not hold up the money of others. */
export async function runCredit(pool: Pool, { claim, record, short }: Credit): Promise<CreditOutcome> {
  const row = { ...claimedRow(claim), ...settledRow(record), short };
  try {
    const changed = await runBatch<{ payment_key: string }>(pool, creditStatement, [row]);
    if (changed.length === 1) return "credited";
  } catch (error) {
    if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
    return "held";
  }
  const [payment] = await runQuery<{ known: boolean }>(pool, {
    name: "credit-look",
    text: `select quote_id <> $2 or entitlement_id is not null
             or state in ('settled', 'delivered', 'refund-due', 'refunded', 'expired') as known
           from payment where payment_key = $1`,
    values: [claim.paymentKey, claim.quote.id],
  });
  return payment?.known === true ? "known" : "held";
}
