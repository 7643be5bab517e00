import { createHash } from "node:crypto";
import { PaywallError } from "@x402-paywall/core";
import type { Pool } from "pg";

export interface Limit {
  /** What is limited: `login`. */
  readonly name: string;
  readonly count: number;
  readonly seconds: number;
}

// One row and one statement for each attempt, so that the limit holds over every replica and in every race.
const text = `
insert into rate_limit as r (key, resets_at, count) values ($1, now() + $2 * interval '1 second', 1)
on conflict (key) do update set
  count = case when r.resets_at <= now() then 1 else r.count + 1 end,
  resets_at = case when r.resets_at <= now() then excluded.resets_at else r.resets_at end
returning count, ceil(extract(epoch from resets_at - now()))::int as seconds_left`;

/**
 * Counts an attempt of `subject` (an address, an account).
 * @throws PaywallError `rate_limited` with the seconds until the window ends
 */
export async function takeAttempt(pool: Pool, limit: Limit, subject: string): Promise<void> {
  const { rows } = await pool.query<{ count: number; seconds_left: number }>({
    name: "take-attempt",
    text,
    values: [attemptKey(limit, subject), limit.seconds],
  });
  const [row] = rows;
  if (row === undefined || row.count > limit.count) {
    throw new PaywallError("rate_limited", { retryAfter: Math.max(1, row?.seconds_left ?? limit.seconds) });
  }
  // Each subject's first attempt takes a few rows along that nobody needs any more.
  if (row.count === 1) await pool.query({ name: "sweep-attempts", text: sweepText });
}

const sweepText = `delete from rate_limit where key in
  (select key from rate_limit where resets_at < now() - interval '1 hour' limit 20 for update skip locked)`;

/** Forgets the attempts: the last one was a success. */
export async function clearAttempts(pool: Pool, limit: Limit, subject: string): Promise<void> {
  await pool.query("delete from rate_limit where key = $1", [attemptKey(limit, subject)]);
}

function attemptKey(limit: Limit, subject: string): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([limit.name, subject]))
    .digest();
}
