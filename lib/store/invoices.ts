import { lightningPaymentKey } from "@x402-paywall/core";
import type { InvoiceRecord } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runQuery } from "./statement.ts";
import { readStoredQuote, storedQuote } from "./stored-quote.ts";

/** What is known stays; `paid` is added once, and what was shared stays so. A row that would not change is not written. */
export async function saveInvoice(pool: Pool, invoice: InvoiceRecord): Promise<void> {
  const { quote, paid } = invoice;
  await runQuery(pool, {
    name: "save-invoice",
    text: `insert into invoice as i (payment_hash, bolt11, quote_id, endpoint_id, workspace_id, mode, amount, expires_at,
             quote, node_id, shared, received_msat, paid_at, sealed_preimage)
           values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8), $9, $10, $11, $12, to_timestamp($13), $14)
           on conflict (payment_hash) do update set
             shared = i.shared or excluded.shared,
             received_msat = case when i.paid_at is null then excluded.received_msat else i.received_msat end,
             sealed_preimage = case when i.paid_at is null then excluded.sealed_preimage else i.sealed_preimage end,
             paid_at = coalesce(i.paid_at, excluded.paid_at)
           where (excluded.shared and not i.shared) or (i.paid_at is null and excluded.paid_at is not null)`,
    values: [
      invoice.paymentHash,
      invoice.bolt11,
      invoice.quoteId,
      invoice.endpointId,
      invoice.workspaceId,
      invoice.mode,
      invoice.amount,
      invoice.expiresAt,
      quote && JSON.stringify(storedQuote(quote)),
      invoice.nodeId,
      invoice.shared,
      paid?.receivedMsat ?? null,
      paid?.at ?? null,
      paid?.sealedPreimage ?? null,
    ],
  });
}

interface InvoiceRow extends Omit<InvoiceRecord, "amount" | "quote" | "paid"> {
  amount: string;
  quote: unknown;
  receivedMsat: string | null;
  at: number | null;
  sealedPreimage: string | null;
}

const columns = `payment_hash as "paymentHash", bolt11, quote_id as "quoteId", endpoint_id as "endpointId",
  workspace_id as "workspaceId", mode, amount, extract(epoch from expires_at)::float8 as "expiresAt", quote,
  node_id as "nodeId", shared, received_msat as "receivedMsat", extract(epoch from paid_at)::float8 as at,
  sealed_preimage as "sealedPreimage"`;

export async function findInvoice(pool: Pool, paymentHash: string): Promise<InvoiceRecord | undefined> {
  const [row] = await runQuery<InvoiceRow>(pool, {
    name: "find-invoice",
    text: `select ${columns} from invoice where payment_hash = $1`,
    values: [paymentHash],
  });
  return row && toInvoice(row);
}

/** Where a walk along a node's invoices stands. */
export interface InvoicePosition {
  readonly expiresAt: number;
  readonly paymentHash: string;
}

export interface OpenInvoices {
  readonly nodeId: string;
  /** Of the payment keys. */
  readonly network: string;
  /** Unix seconds: what ran out before is not looked for. */
  readonly since: number;
  /** `null`: from the beginning. */
  readonly after: InvoicePosition | null;
  readonly limit: number;
}

/** A node's invoices that are unpaid as far as is known, or paid and not written down as money; by the end of their time. */
export async function listOpenInvoices(pool: Pool, query: OpenInvoices): Promise<InvoiceRecord[]> {
  const { nodeId, network, since, after, limit } = query;
  const rows = await runQuery<InvoiceRow>(pool, {
    name: "list-open-invoices",
    text: `select ${columns} from invoice i
           where node_id = $1 and expires_at >= to_timestamp($2)
             and ($3::float8 is null or (expires_at, payment_hash) > (to_timestamp($3), $4))
             and (paid_at is null or not exists (
               select from payment p where p.payment_key = $5 || i.payment_hash
                 and p.state in ('settled', 'delivered', 'refund-due', 'refunded', 'expired')))
           order by expires_at, payment_hash limit $6`,
    values: [
      nodeId,
      since,
      after?.expiresAt ?? null,
      after?.paymentHash ?? null,
      lightningPaymentKey(network, ""),
      limit,
    ],
  });
  return rows.map(toInvoice);
}

function toInvoice(row: InvoiceRow): InvoiceRecord {
  const { amount, quote, receivedMsat, at, sealedPreimage, ...rest } = row;
  return {
    ...rest,
    amount: BigInt(amount),
    quote: quote === null ? null : readStoredQuote(quote),
    // Of before it was written down how much arrived, there are only TEST payments.
    paid: at === null ? null : { receivedMsat: BigInt(receivedMsat ?? 0), at, sealedPreimage },
  };
}
