import { formatRate, formatUsage } from "@x402-paywall/core";
import type { ClaimRef, SettlementRecord } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runBatch, type Statement } from "./statement.ts";

export interface SettlementItem extends ClaimRef {
  readonly record: SettlementRecord;
}

/** What a settlement needs of its input, beside the payment's key: `json_to_recordset($1)` as `i`. */
export const settledColumns = `
    receipt_id text, workspace_id text, endpoint_id text, mode text, quote_id text,
    binding_hash text, rail text, wire text, payer text, amount bigint, settled jsonb, reference text, jws text,
    usage jsonb, rate jsonb, settled_at float8, entitlement_id text, kind text, scope text, expires_at float8, uses int, deposit bigint,
    top_up_seconds float8`;

/** Locks the entitlements that are topped up, once `held` has locked the payments: its count is never below zero. */
export const lockTopUps = `
  select e.id from entitlement e
  where e.id = any(array(select entitlement_id from input where top_up_seconds is not null)) and e.revoked_at is null
    and (select count(*) from held) >= 0
  order by e.id for update`;

/** Whether what `i` tops up is gone, or was refunded. */
export const toppedUpInVain = `i.top_up_seconds is not null and i.entitlement_id not in (select id from target)`;

/** All that a settlement leaves beside its payment's row, for the rows of `input` that `changed` names. */
export const writeSettled = `fresh as materialized (
  select i.*, to_timestamp(i.settled_at) as at from input i join changed using (payment_key)
), receipts as (
  insert into receipt (id, workspace_id, endpoint_id, mode, payment_key, quote_id, binding_hash, rail, wire, payer,
                       amount, settled, reference, usage, rate, jws, settled_at)
  select receipt_id, workspace_id, endpoint_id, mode, payment_key, quote_id, binding_hash, rail, wire, payer,
         amount, settled, reference, usage, rate, jws, at from fresh
), entries as (
  insert into ledger_entry (transaction_id, account, workspace_id, endpoint_id, mode, amount, created_at)
  select receipt_id, 'rail:' || rail, workspace_id, endpoint_id, mode, -amount, at from fresh
  union all
  select receipt_id, 'revenue', workspace_id, endpoint_id, mode, amount, at from fresh
), rolled as (
  insert into rollup_hourly as r (workspace_id, mode, hour, endpoint_id, wire, revenue, paid_requests)
  select workspace_id, mode, date_trunc('hour', at, 'UTC'), endpoint_id, wire, sum(amount), count(*) from fresh
  group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (workspace_id, mode, hour, endpoint_id, wire) do update
    set revenue = r.revenue + excluded.revenue, paid_requests = r.paid_requests + excluded.paid_requests
), entitled as (
  insert into entitlement (id, workspace_id, endpoint_id, mode, kind, payment_key, scope, uses_left, deposited, expires_at)
  select entitlement_id, workspace_id, endpoint_id, mode, kind, payment_key, scope, uses, deposit, to_timestamp(expires_at)
  from fresh where entitlement_id is not null and top_up_seconds is null
), topped_up as (
  update entitlement e set deposited = e.deposited + f.deposit, uses_left = e.uses_left + f.uses,
    expires_at = greatest(e.expires_at, now()) + f.seconds * interval '1 s'
  from (select entitlement_id, sum(deposit) as deposit, coalesce(sum(uses), 0) as uses, sum(top_up_seconds) as seconds
        from fresh join target t on t.id = entitlement_id where top_up_seconds is not null group by 1) f
  where e.id = f.entitlement_id
), noted as (
  insert into payment_event (payment_key, workspace_id, state, detail)
  select payment_key, workspace_id, 'settled', reference from fresh
)`;

/**
 * State, receipt, two ledger entries, rollup, entitlement and timeline in one statement. Payments are locked in the
 * order of their keys, then the entitlements that are topped up, then rollups, each in the order of theirs, so that
 * batches of several processes cannot deadlock. A payment that is settled already is only confirmed; one that tops up
 * what is gone or was refunded is owed back to its payer.
 */
const settleStatement: Statement = {
  name: "settle",
  text: `
with input as (
  select * from json_to_recordset($1::json) as i(payment_key text, owner text, ${settledColumns})
), held as (
  select p.payment_key, p.state from payment p join input i using (payment_key)
  where p.owner = i.owner and p.state in ('claimed', 'settling', 'unknown', 'settled')
  order by p.payment_key for update of p
), target as (${lockTopUps}
), changed as (
  update payment p set state = 'settled', receipt_id = i.receipt_id, entitlement_id = i.entitlement_id,
    amount = i.amount, payer = coalesce(p.payer, i.payer), settled_at = to_timestamp(i.settled_at), updated_at = now(),
    refund_due_at = case when ${toppedUpInVain} then now() end
  from held h join input i using (payment_key)
  where p.payment_key = h.payment_key and h.state <> 'settled'
  returning p.payment_key
), ${writeSettled}
select payment_key from held`,
};

/** Answers in order; false where the lease was lost. */
export async function runSettlements(pool: Pool, items: readonly SettlementItem[]): Promise<boolean[]> {
  const rows = await runBatch<{ payment_key: string }>(pool, settleStatement, items.map(toRow));
  const held = new Set(rows.map((row) => row.payment_key));
  return items.map(({ paymentKey }) => held.has(paymentKey));
}

function toRow({ paymentKey, owner, record }: SettlementItem): object {
  return { payment_key: paymentKey, owner, ...settledRow(record) };
}

/** A record as {@link settledColumns} reads it. */
export function settledRow({ receipt, jws, entitlement }: SettlementRecord): object {
  return {
    receipt_id: receipt.id,
    workspace_id: receipt.workspaceId,
    endpoint_id: receipt.endpointId,
    mode: receipt.mode,
    quote_id: receipt.quoteId,
    binding_hash: receipt.bindingHash,
    rail: receipt.rail,
    wire: receipt.wire,
    payer: receipt.payer,
    amount: `${receipt.amount}`,
    settled: receipt.settled,
    reference: receipt.reference,
    usage: receipt.usage && formatUsage(receipt.usage),
    rate: receipt.rate && formatRate(receipt.rate),
    jws,
    settled_at: receipt.settledAt,
    entitlement_id: entitlement?.id,
    kind: entitlement?.kind,
    scope: entitlement?.scope,
    expires_at: entitlement?.expiresAt,
    uses: entitlement?.uses,
    deposit: entitlement && `${entitlement.deposit}`,
    top_up_seconds: entitlement?.topUp?.seconds,
  };
}
