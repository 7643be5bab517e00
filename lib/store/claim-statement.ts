import { randomBytes } from "node:crypto";
import type { PaymentState, ClaimOutcome, NewClaim } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runBatch, type Statement } from "./statement.ts";
import { storedQuote } from "./stored-quote.ts";

/**
 * Takes each key that is new, or free and open, in one statement on the database's clock. What is known of the money
 * survives a takeover (`settling`, `unknown`, `settled` stay): a crash after it must still lead to the rail being asked.
 */
const takeStatement: Statement = {
  name: "claim-take",
  text: `
with input as (
  select * from json_to_recordset($1::json) as i(
    id text, payment_key text, owner text, lease_ms float8, workspace_id text, endpoint_id text, mode text,
    quote_id text, binding_hash text, quote jsonb, amount bigint, rail text, wire text, payer text)
), taken as (
  insert into payment as p (id, payment_key, owner, lease_until, workspace_id, endpoint_id, mode, state,
                            quote_id, binding_hash, quote, amount, rail, wire, payer)
  select id, payment_key, owner, now() + lease_ms * interval '1 ms', workspace_id, endpoint_id, mode, 'claimed',
         quote_id, binding_hash, quote, amount, rail, wire, payer
  from input order by payment_key
  on conflict (payment_key) do update set
    previous_state = p.state,
    state = case when p.state = 'released' then 'claimed' else p.state end,
    owner = excluded.owner, lease_until = excluded.lease_until, updated_at = now()
  where p.quote_id = excluded.quote_id
    and p.state in ('claimed', 'settling', 'settled', 'unknown', 'released')
    and p.entitlement_id is null
    and (p.owner is null or p.lease_until < now())
  returning payment_key, workspace_id, previous_state, receipt_id, attempts, rail_note
), noted as (
  insert into payment_event (payment_key, workspace_id, state, detail)
  select payment_key, workspace_id, 'claimed', 'presented again after ' || previous_state from taken where previous_state is not null
)
select payment_key, previous_state, receipt_id, attempts, rail_note from taken`,
};

/** Why a key was not taken: read after the fact, because the statement above saw the table as it was before. */
const lookStatement: Statement = {
  name: "claim-look",
  text: `
select p.payment_key, p.quote_id, p.receipt_id,
       p.entitlement_id is not null or p.state in ('delivered', 'refund-due', 'refunded', 'expired') as closed,
       ceil(extract(epoch from p.lease_until - now()))::int as seconds_left
from json_to_recordset($1::json) as i(payment_key text) join payment p using (payment_key)`,
};

interface TakenRow {
  payment_key: string;
  previous_state: PaymentState | null;
  receipt_id: string | null;
  attempts: number;
  rail_note: string | null;
}

interface LookRow {
  payment_key: string;
  quote_id: string;
  receipt_id: string | null;
  closed: boolean;
  seconds_left: number;
}

/** Answers in order. Of several claims of one key only the first is tried; the others find it held. */
export async function runClaims(pool: Pool, claims: readonly NewClaim[]): Promise<ClaimOutcome[]> {
  const first = new Map<string, NewClaim>();
  for (const claim of claims) if (!first.has(claim.paymentKey)) first.set(claim.paymentKey, claim);
  const taken = new Map<string, TakenRow>();
  for (const row of await runBatch<TakenRow>(pool, takeStatement, [...first.values()].map(toRow)))
    taken.set(row.payment_key, row);
  const missed = claims.filter(
    (claim) => !taken.has(claim.paymentKey) || first.get(claim.paymentKey) !== claim,
  );
  const seen = missed.length === 0 ? new Map<string, LookRow>() : await look(pool, missed);
  return claims.map((claim) => {
    const row = taken.get(claim.paymentKey);
    return row !== undefined && first.get(claim.paymentKey) === claim
      ? toClaimed(row)
      : toRefusal(claim, seen.get(claim.paymentKey));
  });
}

async function look(pool: Pool, missed: readonly NewClaim[]): Promise<Map<string, LookRow>> {
  const keys = [...new Set(missed.map(({ paymentKey }) => paymentKey))];
  const rows = await runBatch<LookRow>(
    pool,
    lookStatement,
    keys.map((key) => ({ payment_key: key })),
  );
  return new Map(rows.map((row) => [row.payment_key, row]));
}

function toClaimed(row: TakenRow): ClaimOutcome {
  const { previous_state: previous, receipt_id: receiptId, attempts, rail_note: note } = row;
  return { outcome: "claimed", previous, receiptId, attempts, note };
}

function toRefusal(claim: NewClaim, row: LookRow | undefined): ClaimOutcome {
  // No row, or one that is free by now: whoever held it a moment ago has gone in between.
  if (row === undefined) return { outcome: "in-progress", retryAfter: 1 };
  if (row.quote_id !== claim.quote.id) return { outcome: "foreign" };
  if (row.closed) return { outcome: "delivered", receiptId: row.receipt_id };
  return { outcome: "in-progress", retryAfter: Math.max(1, row.seconds_left) };
}

// Begins with the time: in the order of insertion the index grows at its end, and stays in memory.
function newPaymentId(): string {
  return `pay_${Date.now().toString(36).padStart(9, "0")}${randomBytes(10).toString("hex")}`;
}

function toRow(claim: NewClaim): object {
  return { ...claimedRow(claim), owner: claim.owner, lease_ms: claim.leaseMs };
}

/** A new payment's columns but for its lease. */
export function claimedRow(claim: Omit<NewClaim, "owner" | "leaseMs">): object {
  const { quote } = claim;
  return {
    id: newPaymentId(),
    payment_key: claim.paymentKey,
    workspace_id: claim.workspaceId,
    endpoint_id: quote.endpointId,
    mode: quote.mode,
    quote_id: quote.id,
    binding_hash: quote.bindingHash,
    quote: storedQuote(quote),
    amount: `${quote.amount}`,
    rail: claim.rail,
    wire: claim.wire,
    payer: claim.payer,
  };
}
