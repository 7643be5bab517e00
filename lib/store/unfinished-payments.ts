import type { PaymentState, UnfinishedPayment } from "@x402-paywall/proxy";
import type { RailId, WireId } from "@x402-paywall/core";
import type { Pool } from "pg";
import { runQuery } from "./statement.ts";
import { readStoredQuote } from "./stored-quote.ts";

interface UnfinishedRow extends Omit<UnfinishedPayment, "amount" | "quote"> {
  amount: string;
  quote: unknown;
  state: PaymentState;
  rail: RailId;
  wire: WireId;
}

/**
 * Payments that nobody works on any more and that have not come to an end. Who looks at one takes its lease, so that it
 * goes to the end of the line. Only the last thirty days are walked: no index may name a column that a payment changes.
 */
export async function listUnfinished(
  pool: Pool,
  { olderThanMs, limit }: { readonly olderThanMs: number; readonly limit: number },
): Promise<UnfinishedPayment[]> {
  const rows = await runQuery<UnfinishedRow>(pool, {
    name: "list-unfinished",
    text: `select payment_key as "paymentKey", state, workspace_id as "workspaceId", endpoint_id as "endpointId",
             quote_id as "quoteId", amount, receipt_id as "receiptId", attempts, quote, rail, wire, payer,
             rail_note as "note",
             extract(epoch from updated_at)::float8 as "updatedAt"
           from payment
           where created_at > now() - interval '30 days' and state in ('claimed', 'settling', 'unknown')
             and lease_until < now() - $1 * interval '1 ms'
           order by lease_until, payment_key limit $2`,
    values: [olderThanMs, limit],
  });
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount), quote: readStoredQuote(row.quote) }));
}
