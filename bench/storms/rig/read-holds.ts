import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { BalanceRow, HoldRow } from "../checker/check-leavings.ts";

/** Waits until no hold is open, or the time is over. */
export async function waitForHolds(pool: Pool, withinMs: number): Promise<void> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(100)) {
    const { rowCount } = await pool.query("select 1 from hold where state = 'held' limit 1");
    if (rowCount === 0) return;
  }
}

/** What was reserved on balances, and what became of it. */
export async function readHolds(
  pool: Pool,
): Promise<{ readonly holds: readonly HoldRow[]; readonly balances: readonly BalanceRow[] }> {
  const holds = await pool.query<{ id: string; entitlement_id: string; state: string; captured: string }>(
    "select id, entitlement_id, state, captured::text from hold",
  );
  const balances = await pool.query<{ id: string; spent: string; held: string; captured: string }>(
    `select e.id, e.spent::text, e.held::text,
       coalesce((select sum(h.captured) from hold h where h.entitlement_id = e.id), 0)::text as captured
     from entitlement e where e.kind = 'balance'`,
  );
  return {
    holds: holds.rows.map(({ id, entitlement_id: entitlementId, state, captured }) => ({
      id,
      entitlementId,
      state,
      captured: BigInt(captured),
    })),
    balances: balances.rows.map(({ id, spent, held, captured }) => ({
      id,
      spent: BigInt(spent),
      held: BigInt(held),
      captured: BigInt(captured),
    })),
  };
}
