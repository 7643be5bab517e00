import { issueReceipt, type Signer } from "@x402-paywall/core";
import { createPostgresStore } from "../../lib/store/postgres-store.ts";
import { runSettlements } from "../../lib/store/settlement-statement.ts";
import type { Pool } from "pg";
import type { DemoEndpoint } from "./demo-endpoints.ts";
import { inventHistory, type Sale } from "./invent-sales.ts";
import { storedQuote } from "../../lib/store/stored-quote.ts";

export interface HistoryOptions {
  readonly workspaceId: string;
  readonly endpoints: readonly DemoEndpoint[];
  readonly signer: Signer;
  /** Milliseconds; where the history ends. */
  readonly now: number;
}

const owner = "seed";

/**
 * Writes the history through the statement that settles real payments, so that receipts, ledger and rollups add up the
 * same way; only the times are set back. @returns the number of receipts
 */
export async function writeHistory(
  pool: Pool,
  { workspaceId, endpoints, signer, now }: HistoryOptions,
): Promise<number> {
  const { sales, unpaid } = inventHistory(workspaceId, endpoints, now);
  await pool.query(claimPast, [JSON.stringify(sales.map(toPaymentRow))]);
  const items = sales.map(({ receipt }) => ({
    paymentKey: receipt.paymentKey,
    owner,
    record: { receipt, jws: issueReceipt(receipt, signer) },
  }));
  await runSettlements(pool, items);
  await pool.query(deliverPast, [workspaceId, owner]);
  await createPostgresStore({ pool }).recordEvents([
    ...sales.flatMap(({ challenge, paid }) => [challenge, paid]),
    ...unpaid,
  ]);
  return sales.length;
}

function toPaymentRow({ quote, receipt }: Sale): object {
  return {
    id: `pay_${receipt.id.slice(4)}`,
    payment_key: receipt.paymentKey,
    workspace_id: receipt.workspaceId,
    endpoint_id: quote.endpointId,
    mode: quote.mode,
    quote_id: quote.id,
    binding_hash: quote.bindingHash,
    quote: storedQuote(quote),
    amount: `${quote.amount}`,
    rail: receipt.rail,
    wire: receipt.wire,
    payer: receipt.payer,
    at: receipt.settledAt,
  };
}

const claimPast = `
insert into payment (id, payment_key, workspace_id, endpoint_id, mode, state, owner, lease_until, quote_id, binding_hash,
                     quote, amount, rail, wire, payer, created_at)
select id, payment_key, workspace_id, endpoint_id, mode, 'claimed', '${owner}', now(), quote_id, binding_hash, quote, amount,
       rail, wire, payer, to_timestamp(at) - interval '120 ms'
from json_to_recordset($1::json) as i(
  id text, payment_key text, workspace_id text, endpoint_id text, mode text, quote_id text, binding_hash text, quote jsonb,
  amount bigint, rail text, wire text, payer text, at float8)`;

const deliverPast = `
with delivered as (
  update payment set state = 'delivered', owner = null, attempts = 1, lease_until = settled_at, updated_at = settled_at + interval '80 ms'
  where workspace_id = $1 and owner = $2 and state = 'settled'
  returning payment_key, workspace_id, settled_at
), dated as (
  update payment_event e set at = d.settled_at from delivered d where e.payment_key = d.payment_key
)
insert into payment_event (payment_key, workspace_id, state, detail, at)
select payment_key, workspace_id, 'delivered', 'answer 1', settled_at + interval '80 ms' from delivered`;
