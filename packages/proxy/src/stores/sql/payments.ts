import { formatQuote, type Quote } from "@x402-paywall/core";
import type { AtomicStore, ClaimOutcome, ClaimRef, NewClaim, PaymentState } from "../../store.ts";
import type { Sql } from "./statement.ts";

const MAX_ATTEMPTS = 3;

type Payments = Pick<
  AtomicStore,
  "claim" | "renew" | "beginSettlement" | "markUnknown" | "release" | "finish" | "markServed"
>;

type Claimed = Omit<Extract<ClaimOutcome, { readonly outcome: "claimed" }>, "outcome">;

interface TransitionParams extends ClaimRef {
  readonly leaseMs?: number;
  readonly last?: number;
  readonly note?: string | null;
}

interface Seen {
  readonly quoteId: Quote["id"];
  readonly receiptId: string | null;
  readonly closed: 0 | 1;
  /** Seconds of the lease. */
  readonly left: number;
}

/** Claims, and what whoever holds one does to its row; recording the money is in settlement.ts. */
export function paymentsOf(sql: Sql): Payments {
  const { prepare, run, dialect } = sql;
  // What is known of the money survives a takeover: a crash after it must still lead to the rail being asked.
  const take = prepare(`
insert into paywall_payment as p (payment_key, state, owner, lease_until, workspace_id, endpoint_id, quote_id, quote, amount, rail, wire, payer, updated_at)
values (:paymentKey, 'claimed', :owner, ${dialect.now} + cast(:leaseMs as double precision) / 1000, :workspaceId, :endpointId, :quoteId, :quote,
  cast(:amount as bigint), :rail, :wire, :payer, ${dialect.now})
on conflict (payment_key) do update set
  previous_state = p.state, state = case p.state when 'released' then 'claimed' else p.state end,
  owner = excluded.owner, lease_until = excluded.lease_until, updated_at = excluded.updated_at
where p.quote_id = excluded.quote_id and p.entitlement_id is null
  and p.state in ('claimed', 'settling', 'unknown', 'settled', 'released')
  and (p.owner is null or p.lease_until <= ${dialect.now})
returning previous_state as "previous", receipt_id as "receiptId", attempts, rail_note as "note"`);
  const look = prepare(`
select quote_id as "quoteId", receipt_id as "receiptId", lease_until - ${dialect.now} as "left",
  case when entitlement_id is not null or state in ('delivered', 'refund-due', 'refunded', 'expired') then 1 else 0 end as closed
from paywall_payment where payment_key = :paymentKey`);
  const served = prepare(`
update paywall_payment set state = 'delivered', owner = null, updated_at = ${dialect.now}
where payment_key = (select payment_key from paywall_entitlement where id = :id) and state = 'settled'`);
  return {
    claim: async (claim) => {
      const [taken] = await run<Claimed>(take({ ...claim, ...factsOf(claim) }));
      if (taken !== undefined) return { outcome: "claimed", ...taken };
      const [seen] = await run<Seen>(look({ paymentKey: claim.paymentKey }));
      return toRefusal(claim, seen);
    },
    ...transitionsOf(sql),
    markServed: async (id) => {
      await run(served({ id }));
    },
  };
}

function transitionsOf({ prepare, run, dialect }: Sql): Omit<Payments, "claim" | "markServed"> {
  const transition = (set: string, when = "") => {
    const change = prepare(`
update paywall_payment set ${set}, updated_at = ${dialect.now}
where payment_key = :paymentKey and owner = :owner ${when} returning state`);
    return async (params: TransitionParams) => {
      const [changed] = await run<{ readonly state: PaymentState }>(change({ ...params }));
      return changed?.state;
    };
  };
  const prolong = transition(`lease_until = ${dialect.now} + cast(:leaseMs as double precision) / 1000`);
  const begin = transition(
    "state = 'settling', rail_note = coalesce(:note, rail_note)",
    "and state <> 'settled'",
  );
  const lose = transition("state = 'unknown', owner = null", "and state <> 'settled'");
  const free = transition("state = case state when 'settled' then state else 'released' end, owner = null");
  const end = transition(
    "attempts = attempts + 1, owner = null, state = case when attempts + 1 >= :last then 'delivered' else state end",
    "and state = 'settled'",
  );
  return {
    renew: async (ref, leaseMs) => (await prolong({ ...ref, leaseMs })) !== undefined,
    beginSettlement: async (ref, note) => (await begin({ ...ref, note: note ?? null })) !== undefined,
    markUnknown: async (ref) => (await lose(ref)) !== undefined,
    release: async (ref) => (await free(ref)) !== undefined,
    finish: async (ref, { complete }) => {
      const state = await end({ ...ref, last: complete ? 1 : MAX_ATTEMPTS });
      if (state === undefined) return "lost";
      return state === "delivered" ? "delivered" : "reopenable";
    },
  };
}

function factsOf({ quote, payer }: NewClaim) {
  const { endpointId, id: quoteId, amount } = quote;
  return { endpointId, quoteId, amount, payer, quote: formatQuote(quote) };
}

function toRefusal(claim: NewClaim, seen: Seen | undefined): ClaimOutcome {
  if (seen !== undefined && seen.quoteId !== claim.quote.id) return { outcome: "foreign" };
  if (seen?.closed === 1) return { outcome: "delivered", receiptId: seen.receiptId };
  // A lease that is over by now: whoever held it a moment ago has gone in between.
  return { outcome: "in-progress", retryAfter: Math.max(1, Math.ceil(seen?.left ?? 0)) };
}
