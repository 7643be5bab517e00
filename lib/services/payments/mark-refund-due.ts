import type { Pool } from "pg";

/**
 * How long a paid credential waits for its answer. A day: long enough for an upstream's bad night and for a payer who
 * comes back in the morning, short enough that nobody has forgotten the payment when the money returns.
 */
export const UNDELIVERED_HOURS = 24;

/** A row is looked at for so many days after it was made: what a longer outage leaves behind is found after it all the same. */
const WINDOW_DAYS = 30;

/**
 * Marks what was paid and never served. Not what was answered in part (`attempts`): that payer has something in hand,
 * and leaving before the last byte must not make it free. Not entitlements: those wait until they expire.
 * @param now milliseconds
 * @returns how many
 */
export async function markRefundDue(pool: Pool, now: number, limit = 200): Promise<number> {
  const { rowCount } = await pool.query({
    name: "mark-refund-due",
    text: `
      with due as (
        select payment_key from payment
        where created_at > $1::timestamptz - interval '${WINDOW_DAYS} days'
          and state = 'settled' and entitlement_id is null and attempts = 0
          and settled_at < $1::timestamptz - interval '${UNDELIVERED_HOURS} hours'
          and (owner is null or lease_until < now())
          and exists (select from receipt r where r.id = receipt_id and r.amount > 0)
        order by payment_key limit $2 for update skip locked
      ), marked as (
        update payment p set state = 'refund-due', refund_due_at = $1, owner = null, updated_at = now()
        from due where p.payment_key = due.payment_key returning p.payment_key, p.workspace_id
      )
      insert into payment_event (payment_key, workspace_id, state, detail, at)
      select payment_key, workspace_id, 'refund-due', 'paid, and not served within ${UNDELIVERED_HOURS} hours', $1 from marked`,
    values: [new Date(now), limit],
  });
  return rowCount ?? 0;
}
