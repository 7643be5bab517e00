import type { Pool } from "pg";

export interface Receipts {
  readonly count: number;
  /** µUSD. */
  readonly total: bigint;
  readonly msat: bigint;
  /** Payment hashes. */
  readonly references: readonly string[];
}

/** What a creator has been paid, by its receipts. */
export async function readReceipts(pool: Pool, workspaceId: string): Promise<Receipts> {
  const { rows } = await pool.query<{ amount: string; reference: string; settled: { amount: string } }>(
    "select amount, reference, settled from receipt where workspace_id = $1",
    [workspaceId],
  );
  return {
    count: rows.length,
    total: rows.reduce((sum, { amount }) => sum + BigInt(amount), 0n),
    msat: rows.reduce((sum, { settled }) => sum + BigInt(settled.amount), 0n),
    references: rows.map(({ reference }) => reference),
  };
}

/** Revenue of the ledger and of the dashboard's sums, µUSD. */
export async function readRevenue(pool: Pool, workspaceId: string): Promise<readonly bigint[]> {
  const { rows } = await pool.query<{ ledger: string; rollup: string }>(
    `select (select coalesce(sum(amount), 0) from ledger_entry where workspace_id = $1 and account = 'revenue') as ledger,
            (select coalesce(sum(revenue), 0) from rollup_hourly where workspace_id = $1) as rollup`,
    [workspaceId],
  );
  return rows.flatMap(({ ledger, rollup }) => [BigInt(ledger), BigInt(rollup)]);
}
