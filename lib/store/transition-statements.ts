import type { ClaimRef, PaymentState } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { runBatch, type Statement } from "./statement.ts";

/** A change of a payment's row by whoever holds its lease. */
export interface TransitionItem extends ClaimRef {
  readonly complete?: boolean;
  readonly leaseMs?: number;
  readonly note?: string;
}

/** The state after the change, or `undefined` where the lease was lost or the state does not allow it. */
export type TransitionResult = { readonly state: PaymentState | undefined };

interface Transition {
  readonly name: string;
  /** Condition on `p`, beside that the caller owns the lease. */
  readonly when: string;
  /** Assignments; `p` is the row, `i` the input. */
  readonly set: string;
  /** Select list (state, detail) of the timeline's row, out of `changed`; absent: leaves no trace there. */
  readonly note?: string;
}

const transitions = {
  begin: {
    name: "begin-settlement",
    when: "p.state in ('claimed', 'settling', 'unknown')",
    set: "state = 'settling', rail_note = coalesce(i.note, p.rail_note)",
    note: "state, null",
  },
  unknown: {
    name: "mark-unknown",
    when: "p.state in ('claimed', 'settling', 'unknown')",
    set: "state = 'unknown', owner = null",
    note: "state, 'the rail did not say whether the money moved'",
  },
  release: {
    name: "release",
    when: "p.state in ('claimed', 'settling', 'unknown', 'settled')",
    set: "state = case when p.state = 'settled' then p.state else 'released' end, owner = null",
    note: "state, case when state = 'settled' then 'not served yet; the same proof works' else 'nothing was charged' end",
  },
  finish: {
    name: "finish",
    when: "p.state = 'settled'",
    set: `attempts = p.attempts + 1, owner = null,
      state = case when i.complete or p.attempts + 1 >= 3 then 'delivered' else p.state end`,
    note: "case when state = 'delivered' then state else 'interrupted' end, 'answer ' || attempts",
  },
  renew: { name: "renew", when: "true", set: "lease_until = now() + i.lease_ms * interval '1 ms'" },
} as const satisfies Record<string, Transition>;

export type TransitionName = keyof typeof transitions;

// Locked in the order of the keys before anything is written: batches of several processes cannot deadlock.
function writeStatement({ name, when, set, note }: Transition): Statement {
  const noted =
    note === undefined
      ? ""
      : `, noted as (
  insert into payment_event (payment_key, workspace_id, state, detail) select payment_key, workspace_id, ${note} from changed
)`;
  return {
    name,
    text: `
with input as (
  select * from json_to_recordset($1::json) as i(payment_key text, owner text, complete boolean, lease_ms float8, note text)
), held as (
  select p.payment_key from payment p join input i using (payment_key)
  where p.owner = i.owner and ${when} order by p.payment_key for update of p
), changed as (
  update payment p set ${set}, updated_at = now() from held h join input i using (payment_key)
  where p.payment_key = h.payment_key
  returning p.payment_key, p.workspace_id, p.state, p.attempts
)${noted}
select payment_key, state from changed`,
  };
}

const statements: Record<TransitionName, Statement> = {
  begin: writeStatement(transitions.begin),
  unknown: writeStatement(transitions.unknown),
  release: writeStatement(transitions.release),
  finish: writeStatement(transitions.finish),
  renew: writeStatement(transitions.renew),
};

/** Answers in order. */
export async function runTransition(
  pool: Pool,
  name: TransitionName,
  items: readonly TransitionItem[],
): Promise<TransitionResult[]> {
  const input = items.map(({ paymentKey, owner, complete, leaseMs, note }) => ({
    payment_key: paymentKey,
    owner,
    complete,
    lease_ms: leaseMs,
    note,
  }));
  const rows = await runBatch<{ payment_key: string; state: PaymentState }>(pool, statements[name], input);
  const states = new Map(rows.map((row) => [row.payment_key, row.state]));
  return items.map(({ paymentKey }) => ({ state: states.get(paymentKey) }));
}
