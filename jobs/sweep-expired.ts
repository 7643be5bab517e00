import type { Pool } from "pg";

/** Rows of one statement: it stays short beside those that payers wait for. */
const BATCH = 5_000;

/** What is of no use any more, by table: the condition on `t`, which its index serves. Nothing here says that money moved. */
const expired = {
  stored_answer: "t.expires_at < now()",
  free_use: "t.day < (now() at time zone 'utc')::date - 1",
  rate_limit: "t.resets_at < now() - interval '1 minute'",
  // An invoice that was paid stays; one that was not can no longer be, a day after it ran out, if its node was asked since.
  invoice: `t.expires_at < now() - interval '1 day' and t.paid_at is null and not exists (
    select from lightning_node n where n.id = t.node_id and n.connection is not null
      and coalesce(n.seen_at, n.created_at) < t.expires_at + interval '1 hour')`,
} as const;

/** Deletes what has run out. @returns rows by table */
export async function sweepExpired(pool: Pool): Promise<Record<string, number>> {
  const swept: Record<string, number> = {};
  for (const [table, condition] of Object.entries(expired)) {
    // Those that somebody writes at this moment are left for the next time.
    const text = `delete from ${table} where ctid = any(array(
      select t.ctid from ${table} t where ${condition} limit ${BATCH} for update skip locked))`;
    // oxlint-disable-next-line no-await-in-loop
    swept[table] = (await pool.query(text)).rowCount ?? 0;
  }
  return swept;
}
