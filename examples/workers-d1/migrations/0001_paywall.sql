create table if not exists paywall_migration (version integer not null primary key);

insert into paywall_migration (version) values (1);

create table paywall_payment (
  payment_key text not null primary key,
  state text not null check (state in ('claimed', 'settling', 'settled', 'delivered', 'unknown', 'released', 'refund-due', 'refunded', 'expired')),
  previous_state text,
  owner text,
  lease_until real not null,
  attempts integer not null default 0,
  workspace_id text not null,
  endpoint_id text not null,
  quote_id text not null,
  quote text not null,
  amount integer not null check (amount >= 0),
  rail text not null,
  wire text not null,
  payer text,
  rail_note text check (length(rail_note) <= 1024),
  receipt_id text,
  entitlement_id text,
  updated_at real not null,
  check (state not in ('settled', 'delivered') or receipt_id is not null)
) strict;

create index paywall_payment_open on paywall_payment (lease_until) where state in ('claimed', 'settling', 'unknown');

create table paywall_receipt (
  id text not null primary key,
  payment_key text not null unique references paywall_payment (payment_key),
  workspace_id text not null,
  endpoint_id text not null,
  mode text not null,
  rail text not null,
  amount integer not null check (amount >= 0),
  document text not null,
  jws text not null,
  settled_at real not null
) strict;

create index paywall_receipt_endpoint on paywall_receipt (endpoint_id, settled_at);

create table paywall_ledger (
  transaction_id text not null primary key,
  debit text not null,
  credit text not null,
  amount integer not null check (amount >= 0)
) strict;

create view paywall_ledger_entry as
  select transaction_id, debit as account, -amount as amount from paywall_ledger
  union all select transaction_id, credit, amount from paywall_ledger;

CREATE TRIGGER paywall_receipt_written AFTER insert ON paywall_receipt BEGIN
  insert into paywall_ledger (transaction_id, debit, credit, amount)
    values (NEW.id, 'rail:' || NEW.rail, 'workspace:' || NEW.workspace_id, NEW.amount);
END;

CREATE TRIGGER paywall_receipt_no_update BEFORE update ON paywall_receipt BEGIN
  SELECT RAISE(ABORT, 'paywall_receipt is append-only');
END;

CREATE TRIGGER paywall_receipt_no_delete BEFORE delete ON paywall_receipt BEGIN
  SELECT RAISE(ABORT, 'paywall_receipt is append-only');
END;

CREATE TRIGGER paywall_ledger_no_update BEFORE update ON paywall_ledger BEGIN
  SELECT RAISE(ABORT, 'paywall_ledger is append-only');
END;

CREATE TRIGGER paywall_ledger_no_delete BEFORE delete ON paywall_ledger BEGIN
  SELECT RAISE(ABORT, 'paywall_ledger is append-only');
END;

create table paywall_entitlement (
  id text not null primary key,
  kind text not null,
  mode text not null,
  workspace_id text not null,
  endpoint_id text not null,
  scope text not null,
  payment_key text not null references paywall_payment (payment_key),
  uses_left integer check (uses_left >= 0),
  deposited integer not null,
  spent integer not null default 0 check (spent >= 0),
  held integer not null default 0 check (held >= 0),
  expires_at real not null,
  revoked_at real,
  check (deposited - spent - held >= 0)
) strict;

create table paywall_hold (
  id text not null primary key,
  entitlement_id text not null references paywall_entitlement (id),
  state text not null default 'held' check (state in ('held', 'settled', 'released')),
  amount integer not null check (amount >= 0),
  uses integer not null check (uses in (0, 1)),
  captured integer not null default 0 check (captured between 0 and amount),
  available_after integer not null,
  uses_left_after integer,
  lease_until real not null,
  usage text,
  settled_at real
) strict;

create index paywall_hold_open on paywall_hold (lease_until) where state = 'held';

CREATE TRIGGER paywall_hold_opened AFTER insert ON paywall_hold BEGIN
  update paywall_entitlement set held = held + NEW.amount, uses_left = uses_left - NEW.uses
    where id = NEW.entitlement_id;
END;

CREATE TRIGGER paywall_hold_extended AFTER update ON paywall_hold WHEN NEW.state = 'held' and NEW.amount <> OLD.amount BEGIN
  update paywall_entitlement set held = held + NEW.amount - OLD.amount where id = NEW.entitlement_id;
END;

CREATE TRIGGER paywall_hold_ended AFTER update ON paywall_hold WHEN OLD.state = 'held' and NEW.state <> 'held' BEGIN
  update paywall_entitlement set held = held - OLD.amount, spent = spent + NEW.captured, uses_left = uses_left + OLD.uses - NEW.uses
    where id = NEW.entitlement_id;
END;

create table paywall_invoice (
  payment_hash text not null primary key,
  bolt11 text not null,
  quote_id text not null,
  endpoint_id text not null,
  workspace_id text not null,
  mode text not null,
  amount integer not null,
  expires_at real not null,
  quote text,
  node_id text,
  shared integer not null check (shared in (0, 1)),
  received_msat integer,
  paid_at real,
  sealed_preimage text
) strict;

create table paywall_free_use (
  endpoint_id text not null,
  route_id text not null,
  payer text not null,
  day text not null,
  taken integer not null check (taken >= 0),
  primary key (endpoint_id, route_id, payer, day)
) strict;

create table paywall_answer (
  answer_key text not null primary key,
  binding_hash text not null,
  status integer not null,
  headers text not null,
  body text not null,
  expires_at real not null
) strict;

create index paywall_answer_expired on paywall_answer (expires_at);

create table paywall_event (
  at real not null,
  workspace_id text not null,
  endpoint_id text not null,
  method text not null,
  path text not null,
  status integer not null,
  kind text not null,
  client text not null,
  wire text,
  receipt_id text,
  bytes_out integer not null,
  duration_ms real not null
) strict;

create index paywall_event_endpoint on paywall_event (endpoint_id, at);
