import {
  type Json,
  type Mode,
  parseRate,
  parseUsage,
  type RailId,
  type Receipt,
  type WireId,
} from "@x402-paywall/core";
import type { PaymentRecord, PaymentState, RequestEvent } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runBatch, runQuery, type Statement } from "./statement.ts";

/** One payment as the engine sees it. */
export async function findPayment(pool: Pool, paymentKey: string): Promise<PaymentRecord | undefined> {
  const rows = await runQuery<PaymentRecord & { amount: string; state: PaymentState }>(pool, {
    name: "find-payment",
    text: `select payment_key as "paymentKey", state, workspace_id as "workspaceId", endpoint_id as "endpointId",
             quote_id as "quoteId", amount, receipt_id as "receiptId", attempts from payment where payment_key = $1`,
    values: [paymentKey],
  });
  return rows[0] && { ...rows[0], amount: BigInt(rows[0].amount) };
}

interface ReceiptRow extends Omit<Receipt, "payer" | "amount" | "usage" | "rate"> {
  mode: Mode;
  rail: RailId;
  wire: WireId;
  payer: string | null;
  amount: string;
  usage: Json;
  rate: Json;
  jws: string;
}

export async function findReceipt(
  pool: Pool,
  id: string,
): Promise<{ receipt: Receipt; jws: string } | undefined> {
  const rows = await runQuery<ReceiptRow>(pool, {
    name: "find-receipt",
    text: `select id, mode, endpoint_id as "endpointId", workspace_id as "workspaceId", quote_id as "quoteId",
             binding_hash as "bindingHash", rail, wire, payment_key as "paymentKey", payer, amount, settled, reference,
             usage, rate, extract(epoch from settled_at)::float8 as "settledAt", jws from receipt where id = $1`,
    values: [id],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  const { jws, payer, amount, usage: measured, rate: frozen, ...rest } = row;
  const usage = parseUsage(measured);
  const rate = parseRate(frozen);
  const optional = {
    ...(payer === null ? {} : { payer }),
    ...(usage === undefined ? {} : { usage }),
    ...(rate === undefined ? {} : { rate }),
  };
  return { receipt: { ...rest, ...optional, amount: BigInt(amount) }, jws };
}

/** Events, and the count of challenges by hour. The mode is the endpoint's: an event does not carry it. */
const eventStatement: Statement = {
  name: "record-events",
  text: `
with input as (
  select i.*, coalesce(e.mode, 'test') as mode, to_timestamp(i.at_ms / 1000) as at
  from json_to_recordset($1::json) as i(
    at_ms float8, workspace_id text, endpoint_id text, method text, path text, status int, kind text, client text,
    wire text, receipt_id text, bytes_out bigint, duration_ms float8)
  left join endpoint e on e.id = i.endpoint_id
), rolled as (
  insert into rollup_hourly as r (workspace_id, mode, hour, endpoint_id, wire, challenges)
  select workspace_id, mode, date_trunc('hour', at, 'UTC'), endpoint_id, '', count(*) from input
  where kind = 'challenge' group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (workspace_id, mode, hour, endpoint_id, wire) do update set challenges = r.challenges + excluded.challenges
)
insert into request_event (workspace_id, endpoint_id, mode, at, method, path, status, kind, client, wire, receipt_id, bytes_out, duration_ms)
select workspace_id, endpoint_id, mode, at, method, path, status, kind, client, wire, receipt_id, bytes_out, duration_ms from input`,
};

export async function recordEvents(pool: Pool, events: readonly RequestEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    at_ms: event.at,
    workspace_id: event.workspaceId,
    endpoint_id: event.endpointId,
    method: event.method,
    // A path is bytes that a stranger chose: text in Postgres holds no NUL.
    path: event.path.replaceAll("\0", "").slice(0, 2_048),
    status: event.status,
    kind: event.kind,
    client: event.client,
    wire: event.wire,
    receipt_id: event.receiptId,
    bytes_out: event.bytesOut,
    duration_ms: event.durationMs,
  }));
  await runBatch(pool, eventStatement, rows);
}
