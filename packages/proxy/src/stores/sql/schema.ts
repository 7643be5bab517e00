import type { SchemaDialect } from "./sql-driver.ts";

/** Payment states in which the money may still move. */
export const openStates = "('claimed', 'settling', 'unknown')";

/**
 * The first version. Amounts are µUSD, times Unix seconds. Two things are the database's own work, so that no statement
 * can forget them: an entitlement's numbers follow its holds, and the ledger follows the receipts. A row of the ledger
 * names both of its accounts: it cannot be out of balance.
 */
export function firstSchema(dialect: SchemaDialect): readonly string[] {
  return [...payments(dialect), ...entitlements(dialect), ...records(dialect)];
}

function payments({ bigint, double, tableEnd, trigger, appendOnly }: SchemaDialect): readonly string[] {
  return [
    `create table paywall_payment (
  payment_key text not null primary key,
  state text not null check (state in ('claimed', 'settling', 'settled', 'delivered', 'unknown', 'released', 'refund-due', 'refunded', 'expired')),
  previous_state text,
  owner text,
  lease_until ${double} not null,
  attempts integer not null default 0,
  workspace_id text not null,
  endpoint_id text not null,
  quote_id text not null,
  quote text not null,
  amount ${bigint} not null check (amount >= 0),
  rail text not null,
  wire text not null,
  payer text,
  rail_note text check (length(rail_note) <= 1024),
  receipt_id text,
  entitlement_id text,
  updated_at ${double} not null,
  check (state not in ('settled', 'delivered') or receipt_id is not null)
)${tableEnd}`,
    `create index paywall_payment_open on paywall_payment (lease_until) where state in ${openStates}`,
    `create table paywall_receipt (
  id text not null primary key,
  payment_key text not null unique references paywall_payment (payment_key),
  workspace_id text not null,
  endpoint_id text not null,
  mode text not null,
  rail text not null,
  amount ${bigint} not null check (amount >= 0),
  document text not null,
  jws text not null,
  settled_at ${double} not null
)${tableEnd}`,
    `create index paywall_receipt_endpoint on paywall_receipt (endpoint_id, settled_at)`,
    `create table paywall_ledger (
  transaction_id text not null primary key,
  debit text not null,
  credit text not null,
  amount ${bigint} not null check (amount >= 0)
)${tableEnd}`,
    `create view paywall_ledger_entry as
  select transaction_id, debit as account, -amount as amount from paywall_ledger
  union all select transaction_id, credit, amount from paywall_ledger`,
    ...trigger({
      name: "paywall_receipt_written",
      event: "insert",
      table: "paywall_receipt",
      run: `insert into paywall_ledger (transaction_id, debit, credit, amount)
    values (NEW.id, 'rail:' || NEW.rail, 'workspace:' || NEW.workspace_id, NEW.amount)`,
    }),
    ...appendOnly("paywall_receipt"),
    ...appendOnly("paywall_ledger"),
  ];
}

function entitlements({ bigint, double, tableEnd, trigger }: SchemaDialect): readonly string[] {
  return [
    `create table paywall_entitlement (
  id text not null primary key,
  kind text not null,
  mode text not null,
  workspace_id text not null,
  endpoint_id text not null,
  scope text not null,
  payment_key text not null references paywall_payment (payment_key),
  uses_left integer check (uses_left >= 0),
  deposited ${bigint} not null,
  spent ${bigint} not null default 0 check (spent >= 0),
  held ${bigint} not null default 0 check (held >= 0),
  expires_at ${double} not null,
  revoked_at ${double},
  check (deposited - spent - held >= 0)
)${tableEnd}`,
    `create table paywall_hold (
  id text not null primary key,
  entitlement_id text not null references paywall_entitlement (id),
  state text not null default 'held' check (state in ('held', 'settled', 'released')),
  amount ${bigint} not null check (amount >= 0),
  uses integer not null check (uses in (0, 1)),
  captured ${bigint} not null default 0 check (captured between 0 and amount),
  available_after ${bigint} not null,
  uses_left_after integer,
  lease_until ${double} not null,
  usage text,
  settled_at ${double}
)${tableEnd}`,
    `create index paywall_hold_open on paywall_hold (lease_until) where state = 'held'`,
    ...trigger({
      name: "paywall_hold_opened",
      event: "insert",
      table: "paywall_hold",
      run: `update paywall_entitlement set held = held + NEW.amount, uses_left = uses_left - NEW.uses
    where id = NEW.entitlement_id`,
    }),
    // Who only reports touches no entitlement: that does not queue behind a hot balance.
    ...trigger({
      name: "paywall_hold_extended",
      event: "update",
      table: "paywall_hold",
      when: "NEW.state = 'held' and NEW.amount <> OLD.amount",
      run: `update paywall_entitlement set held = held + NEW.amount - OLD.amount where id = NEW.entitlement_id`,
    }),
    ...trigger({
      name: "paywall_hold_ended",
      event: "update",
      table: "paywall_hold",
      when: "OLD.state = 'held' and NEW.state <> 'held'",
      run: `update paywall_entitlement set held = held - OLD.amount, spent = spent + NEW.captured, uses_left = uses_left + OLD.uses - NEW.uses
    where id = NEW.entitlement_id`,
    }),
  ];
}

function records({ bigint, double, tableEnd }: SchemaDialect): readonly string[] {
  return [
    `create table paywall_invoice (
  payment_hash text not null primary key,
  bolt11 text not null,
  quote_id text not null,
  endpoint_id text not null,
  workspace_id text not null,
  mode text not null,
  amount ${bigint} not null,
  expires_at ${double} not null,
  quote text,
  node_id text,
  shared integer not null check (shared in (0, 1)),
  received_msat ${bigint},
  paid_at ${double},
  sealed_preimage text
)${tableEnd}`,
    `create table paywall_free_use (
  endpoint_id text not null,
  route_id text not null,
  payer text not null,
  day text not null,
  taken integer not null check (taken >= 0),
  primary key (endpoint_id, route_id, payer, day)
)${tableEnd}`,
    `create table paywall_answer (
  answer_key text not null primary key,
  binding_hash text not null,
  status integer not null,
  headers text not null,
  body text not null,
  expires_at ${double} not null
)${tableEnd}`,
    `create index paywall_answer_expired on paywall_answer (expires_at)`,
    `create table paywall_event (
  at ${double} not null,
  workspace_id text not null,
  endpoint_id text not null,
  method text not null,
  path text not null,
  status integer not null,
  kind text not null,
  client text not null,
  wire text,
  receipt_id text,
  bytes_out ${bigint} not null,
  duration_ms ${double} not null
)${tableEnd}`,
    `create index paywall_event_endpoint on paywall_event (endpoint_id, at)`,
  ];
}
