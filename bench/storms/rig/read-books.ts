import type { Pool } from "pg";
import type { Books, PaymentRow, ReceiptRow } from "../checker/histories.ts";

/** What Postgres says of all that happened; asked past the gateways. */
export async function readBooks(pool: Pool): Promise<Books> {
  const receipts = await rows<{ id: string; key: string; amount: string; at: string }>(
    pool,
    "select id, payment_key as key, amount::text, (extract(epoch from created_at) * 1000)::bigint::text as at from receipt",
  );
  const payments = await rows<{ key: string; state: string; refunded: string; credited: boolean }>(
    pool,
    `select p.payment_key as key, p.state, p.entitlement_id is not null as credited,
       coalesce((select sum(r.amount) from refund r where r.payment_key = p.payment_key and r.state = 'done'), 0)::text as refunded
     from payment p`,
  );
  return {
    receipts: receipts.map(({ id, key, amount, at }): ReceiptRow => ({
      id,
      paymentKey: key,
      amount: BigInt(amount),
      writtenAt: Number(at),
    })),
    payments: new Map(
      payments.map(({ key, state, refunded, credited }): [string, PaymentRow] => [
        key,
        { state, refunded: BigInt(refunded), credited },
      ]),
    ),
    dashboardRevenue: await sum(pool, "select sum(revenue - refunded)::text as sum from rollup_hourly"),
    ledgerRevenue: await sum(
      pool,
      "select sum(amount)::text as sum from ledger_entry where account in ('revenue', 'refunds')",
    ),
    refunds: await sum(pool, "select sum(amount)::text as sum from refund where state = 'done'"),
    unbalanced: await readUnbalanced(pool),
  };
}

async function readUnbalanced(pool: Pool): Promise<string[]> {
  const found = await rows<{ id: string }>(
    pool,
    "select transaction_id as id from ledger_entry group by 1 having sum(amount) <> 0",
  );
  return found.map(({ id }) => id);
}

async function sum(pool: Pool, text: string): Promise<bigint> {
  const [row] = await rows<{ sum: string | null }>(pool, text);
  return BigInt(row?.sum ?? "0");
}

async function rows<Row extends object>(pool: Pool, text: string): Promise<readonly Row[]> {
  const { rows: found } = await pool.query<Row>(text);
  return found;
}
