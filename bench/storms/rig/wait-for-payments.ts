import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";

/** Waits until no payment is under way, or the time is over. */
export async function waitForPayments(pool: Pool, withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(100)) {
    const { rowCount } = await pool.query(
      "select 1 from payment where state in ('claimed', 'settling', 'unknown', 'settled') limit 1",
    );
    if (rowCount === 0) return;
  }
}
