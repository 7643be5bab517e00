-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "workspace" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "anonymous" BOOLEAN NOT NULL DEFAULT false,
    "claim_token_hash" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "workspace_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'owner',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "endpoint" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "mode" TEXT NOT NULL DEFAULT 'test',
    "status" TEXT NOT NULL DEFAULT 'active',
    "kind" TEXT NOT NULL DEFAULT 'json',
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "upstream_origin" TEXT NOT NULL,
    "upstream_base_path" TEXT NOT NULL DEFAULT '/',
    "upstream_base_query" TEXT NOT NULL DEFAULT '',
    "upstream_match" TEXT NOT NULL DEFAULT 'prefix',
    "upstream_headers" BYTEA,
    "upstream_headers_key_id" TEXT,
    "upstream_header_names" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "head_timeout_ms" INTEGER NOT NULL DEFAULT 30000,
    "idle_timeout_ms" INTEGER NOT NULL DEFAULT 120000,
    "max_request_bytes" BIGINT NOT NULL DEFAULT 104857600,
    "price" BIGINT NOT NULL,
    "price_version" INTEGER NOT NULL DEFAULT 1,
    "wires" TEXT[] DEFAULT ARRAY['x402', 'l402', 'mpp']::TEXT[],
    "rails" TEXT[] DEFAULT ARRAY['sandbox']::TEXT[],
    "bind_query" BOOLEAN NOT NULL DEFAULT false,
    "bind_body" BOOLEAN NOT NULL DEFAULT false,
    "pass_authorization" BOOLEAN NOT NULL DEFAULT false,
    "browser_access_seconds" INTEGER NOT NULL DEFAULT 86400,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "endpoint_slug" (
    "slug" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "endpoint_slug_pkey" PRIMARY KEY ("slug")
);

-- CreateTable
CREATE TABLE "route" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "methods" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "path" TEXT NOT NULL,
    "price" BIGINT NOT NULL,
    "price_version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "route_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "price_version" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "rule" TEXT,
    "from_price" BIGINT,
    "to_price" BIGINT,
    "version" INTEGER NOT NULL,
    "by_user_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "price_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invoice" (
    "payment_hash" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "quote_id" TEXT NOT NULL,
    "bolt11" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "preimage" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_pkey" PRIMARY KEY ("payment_hash")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" TEXT NOT NULL,
    "payment_key" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "previous_state" TEXT,
    "owner" TEXT,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "quote_id" TEXT NOT NULL,
    "binding_hash" TEXT NOT NULL,
    "quote" JSONB NOT NULL,
    "amount" BIGINT NOT NULL,
    "rail" TEXT NOT NULL,
    "wire" TEXT NOT NULL,
    "payer" TEXT,
    "receipt_id" TEXT,
    "entitlement_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_pkey" PRIMARY KEY ("payment_key")
);

-- CreateTable
CREATE TABLE "payment_event" (
    "id" BIGSERIAL NOT NULL,
    "payment_key" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "detail" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_event_pkey" PRIMARY KEY ("payment_key","id")
);

-- CreateTable
CREATE TABLE "entitlement" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "payment_key" TEXT,
    "scope" TEXT NOT NULL,
    "uses_left" INTEGER,
    "deposited" BIGINT NOT NULL DEFAULT 0,
    "spent" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "served_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "entitlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hold" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "entitlement_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "captured" BIGINT NOT NULL DEFAULT 0,
    "state" TEXT NOT NULL DEFAULT 'held',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "transaction_id" TEXT NOT NULL,
    "account" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT,
    "mode" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("transaction_id","account")
);

-- CreateTable
CREATE TABLE "receipt" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "payment_key" TEXT NOT NULL,
    "quote_id" TEXT NOT NULL,
    "binding_hash" TEXT NOT NULL,
    "rail" TEXT NOT NULL,
    "wire" TEXT NOT NULL,
    "payer" TEXT,
    "amount" BIGINT NOT NULL,
    "settled" JSONB NOT NULL,
    "reference" TEXT NOT NULL,
    "jws" TEXT NOT NULL,
    "settled_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "request_event" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "client" TEXT NOT NULL,
    "wire" TEXT,
    "receipt_id" TEXT,
    "bytes_out" BIGINT NOT NULL,
    "duration_ms" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "request_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rollup_hourly" (
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "mode" TEXT NOT NULL,
    "wire" TEXT NOT NULL DEFAULT '',
    "revenue" BIGINT NOT NULL DEFAULT 0,
    "paid_requests" BIGINT NOT NULL DEFAULT 0,
    "challenges" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "rollup_hourly_pkey" PRIMARY KEY ("workspace_id","mode","hour","endpoint_id","wire")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "user_id" TEXT,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "workspace_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "prev_hash" BYTEA NOT NULL DEFAULT '\x'::bytea,
    "hash" BYTEA NOT NULL DEFAULT '\x'::bytea,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("workspace_id","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "workspace_claim_token_hash_key" ON "workspace"("claim_token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "endpoint_slug_key" ON "endpoint"("slug");

-- CreateIndex
CREATE INDEX "endpoint_workspace_id_created_at_id_idx" ON "endpoint"("workspace_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "endpoint_updated_at_idx" ON "endpoint"("updated_at");

-- CreateIndex
CREATE INDEX "endpoint_slug_endpoint_id_idx" ON "endpoint_slug"("endpoint_id");

-- CreateIndex
CREATE UNIQUE INDEX "route_endpoint_id_position_key" ON "route"("endpoint_id", "position");

-- CreateIndex
CREATE INDEX "price_version_endpoint_id_created_at_id_idx" ON "price_version"("endpoint_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "price_version_by_user_id_idx" ON "price_version"("by_user_id");

-- CreateIndex
CREATE INDEX "invoice_workspace_id_created_at_payment_hash_idx" ON "invoice"("workspace_id", "created_at" DESC, "payment_hash");

-- CreateIndex
CREATE INDEX "invoice_expires_at_idx" ON "invoice"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "payment_id_key" ON "payment"("id");

-- CreateIndex
CREATE INDEX "payment_workspace_id_mode_created_at_id_idx" ON "payment"("workspace_id", "mode", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "payment_endpoint_id_created_at_id_idx" ON "payment"("endpoint_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "entitlement_workspace_id_created_at_id_idx" ON "entitlement"("workspace_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "entitlement_payment_key_idx" ON "entitlement"("payment_key");

-- CreateIndex
CREATE INDEX "hold_entitlement_id_idx" ON "hold"("entitlement_id");

-- CreateIndex
CREATE INDEX "hold_workspace_id_created_at_id_idx" ON "hold"("workspace_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "ledger_entry_workspace_id_mode_account_created_at_idx" ON "ledger_entry"("workspace_id", "mode", "account", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "receipt_payment_key_key" ON "receipt"("payment_key");

-- CreateIndex
CREATE INDEX "receipt_workspace_id_mode_settled_at_id_idx" ON "receipt"("workspace_id", "mode", "settled_at" DESC, "id");

-- CreateIndex
CREATE INDEX "receipt_endpoint_id_settled_at_id_idx" ON "receipt"("endpoint_id", "settled_at" DESC, "id");

-- CreateIndex
CREATE INDEX "request_event_workspace_id_mode_at_id_idx" ON "request_event"("workspace_id", "mode", "at" DESC, "id");

-- CreateIndex
CREATE INDEX "request_event_endpoint_id_at_id_idx" ON "request_event"("endpoint_id", "at" DESC, "id");

-- CreateIndex
CREATE INDEX "rollup_hourly_endpoint_id_hour_idx" ON "rollup_hourly"("endpoint_id", "hour");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_workspace_id_created_at_id_idx" ON "api_key"("workspace_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "api_key_user_id_idx" ON "api_key"("user_id");

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint_slug" ADD CONSTRAINT "endpoint_slug_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "route" ADD CONSTRAINT "route_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_version" ADD CONSTRAINT "price_version_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_version" ADD CONSTRAINT "price_version_by_user_id_fkey" FOREIGN KEY ("by_user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Written by hand below this line: what schema.prisma cannot say.

-- Values -------------------------------------------------------------------------------------------------------------

ALTER TABLE "user"
  ADD CONSTRAINT user_email_lower CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254);
ALTER TABLE membership
  ADD CONSTRAINT membership_role CHECK (role IN ('owner', 'member'));
ALTER TABLE endpoint
  ADD CONSTRAINT endpoint_slug_form CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  ADD CONSTRAINT endpoint_mode CHECK (mode IN ('test', 'live')),
  ADD CONSTRAINT endpoint_status CHECK (status IN ('active', 'paused', 'archived')),
  ADD CONSTRAINT endpoint_kind CHECK (kind IN ('json', 'stream', 'file', 'page', 'openapi')),
  ADD CONSTRAINT endpoint_match CHECK (upstream_match IN ('exact', 'prefix')),
  ADD CONSTRAINT endpoint_base CHECK (upstream_base_path LIKE '/%'),
  ADD CONSTRAINT endpoint_price CHECK (price >= 0),
  ADD CONSTRAINT endpoint_limits CHECK (head_timeout_ms > 0 AND idle_timeout_ms > 0 AND max_request_bytes >= 0 AND browser_access_seconds >= 0),
  ADD CONSTRAINT endpoint_sealed CHECK ((upstream_headers IS NULL) = (upstream_headers_key_id IS NULL));
ALTER TABLE route
  ADD CONSTRAINT route_price CHECK (price >= 0),
  ADD CONSTRAINT route_path CHECK (path LIKE '/%');
ALTER TABLE price_version
  ADD CONSTRAINT price_version_amounts CHECK (from_price >= 0 AND to_price >= 0);
ALTER TABLE invoice
  ADD CONSTRAINT invoice_mode CHECK (mode IN ('test', 'live')),
  ADD CONSTRAINT invoice_amount CHECK (amount >= 0);
ALTER TABLE payment
  ADD CONSTRAINT payment_mode CHECK (mode IN ('test', 'live')),
  ADD CONSTRAINT payment_state CHECK (state IN
    ('claimed', 'settling', 'settled', 'delivered', 'unknown', 'released', 'refund-due', 'refunded', 'expired')),
  ADD CONSTRAINT payment_receipt CHECK (state NOT IN ('settled', 'delivered') OR receipt_id IS NOT NULL),
  ADD CONSTRAINT payment_amount CHECK (amount >= 0 AND attempts >= 0);
ALTER TABLE entitlement
  ADD CONSTRAINT entitlement_mode CHECK (mode IN ('test', 'live')),
  ADD CONSTRAINT entitlement_balance CHECK (spent >= 0 AND held >= 0 AND deposited - spent - held >= 0 AND uses_left >= 0);
ALTER TABLE hold
  ADD CONSTRAINT hold_state CHECK (state IN ('held', 'settled', 'released')),
  ADD CONSTRAINT hold_amount CHECK (amount >= 0 AND captured BETWEEN 0 AND amount);
ALTER TABLE ledger_entry
  ADD CONSTRAINT ledger_entry_mode CHECK (mode IN ('test', 'live'));
ALTER TABLE receipt
  ADD CONSTRAINT receipt_mode CHECK (mode IN ('test', 'live')),
  ADD CONSTRAINT receipt_amount CHECK (amount >= 0);
ALTER TABLE request_event
  ADD CONSTRAINT request_event_kind CHECK (kind IN ('challenge', 'paid', 'access', 'free', 'refused', 'failed'));
ALTER TABLE rollup_hourly
  ADD CONSTRAINT rollup_hourly_hour CHECK (date_trunc('hour', hour, 'UTC') = hour),
  ADD CONSTRAINT rollup_hourly_counts CHECK (paid_requests >= 0 AND challenges >= 0);

-- Indexes and storage ---------------------------------------------------------------------------------------------------

-- A payment's row is written four times within a second. No index names a column that changes (neither in its predicate),
-- and its page has room left, so that those updates touch no index at all. A reconciler walks recent rows instead.
ALTER TABLE payment SET (fillfactor = 60);
ALTER TABLE rollup_hourly SET (fillfactor = 60);
CREATE INDEX payment_recent ON payment USING brin (created_at);
CREATE INDEX hold_open ON hold (expires_at) WHERE state = 'held';

-- Append-only tables ---------------------------------------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The ledger balances: each statement inserts whole transactions, so the table always adds up to zero. Checked once a
-- statement and not once a row, because a batch writes hundreds of rows.
CREATE FUNCTION check_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced text;
BEGIN
  SELECT transaction_id INTO unbalanced FROM inserted GROUP BY transaction_id HAVING sum(amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger transaction % does not add up to zero', unbalanced USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION check_ledger_balance();

-- The audit log's chain: numbered and hashed here, one writer at a time for each workspace -------------------------------

CREATE FUNCTION audit_log_hash(entry audit_log) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(entry.prev_hash || convert_to(jsonb_build_array(
    entry.workspace_id, entry.seq, entry.actor, entry.action, entry.target, entry.detail,
    (extract(epoch FROM entry.at) * 1000)::bigint)::text, 'UTF8'))
$$;

CREATE FUNCTION chain_audit_log() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last audit_log;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_log:' || NEW.workspace_id, 0));
  SELECT * INTO last FROM audit_log WHERE workspace_id = NEW.workspace_id ORDER BY seq DESC LIMIT 1;
  NEW.seq := coalesce(last.seq, 0) + 1;
  NEW.prev_hash := coalesce(last.hash, ''::bytea);
  NEW.hash := audit_log_hash(NEW);
  RETURN NEW;
END $$;

CREATE TRIGGER audit_log_chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit_log();

-- Endpoints: a version that always rises, and a notice with the slug to every process that caches it ---------------------

CREATE FUNCTION raise_endpoint_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE FUNCTION notify_endpoint_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM pg_notify('endpoint_changed', OLD.slug);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM pg_notify('endpoint_changed', NEW.slug);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER endpoint_version BEFORE UPDATE ON endpoint FOR EACH ROW EXECUTE FUNCTION raise_endpoint_version();
CREATE TRIGGER endpoint_notify AFTER INSERT OR UPDATE OR DELETE ON endpoint
  FOR EACH ROW EXECUTE FUNCTION notify_endpoint_changed();

CREATE FUNCTION touch_endpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE endpoint SET updated_at = now()
    WHERE id IN (CASE WHEN TG_OP = 'DELETE' THEN OLD.endpoint_id ELSE NEW.endpoint_id END,
                 CASE WHEN TG_OP = 'INSERT' THEN NEW.endpoint_id ELSE OLD.endpoint_id END);
  RETURN NULL;
END $$;

CREATE TRIGGER route_touches_endpoint AFTER INSERT OR UPDATE OR DELETE ON route
  FOR EACH ROW EXECUTE FUNCTION touch_endpoint();

CREATE FUNCTION notify_slug_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('endpoint_changed', CASE WHEN TG_OP = 'DELETE' THEN OLD.slug ELSE NEW.slug END);
  RETURN NULL;
END $$;

CREATE TRIGGER endpoint_slug_notify AFTER INSERT OR UPDATE OR DELETE ON endpoint_slug
  FOR EACH ROW EXECUTE FUNCTION notify_slug_changed();

-- The creator's name is part of what the data plane shows.
CREATE FUNCTION touch_workspace_endpoints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE endpoint SET updated_at = now() WHERE workspace_id = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER workspace_touches_endpoints AFTER UPDATE OF name ON workspace
  FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION touch_workspace_endpoints();
