-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "pricing" JSONB;

-- AlterTable
ALTER TABLE "route" ADD COLUMN     "pricing" JSONB;

-- AlterTable
ALTER TABLE "price_version" ADD COLUMN     "from_pricing" JSONB,
ADD COLUMN     "route_id" TEXT,
ADD COLUMN     "to_pricing" JSONB;

-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "refund_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "refunded" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "entitlement" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'pass',
ADD COLUMN     "revoked_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "hold" ADD COLUMN     "endpoint_id" TEXT NOT NULL,
ADD COLUMN     "settled_at" TIMESTAMPTZ(3),
ADD COLUMN     "usage" JSONB,
ADD COLUMN     "uses" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "receipt" ADD COLUMN     "usage" JSONB;

-- AlterTable
ALTER TABLE "rollup_hourly" ADD COLUMN     "refunded" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "refund" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "endpoint_id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "payment_key" TEXT NOT NULL,
    "receipt_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "reference" TEXT,
    "reason" TEXT NOT NULL DEFAULT '',
    "by_user_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "free_use" (
    "endpoint_id" TEXT NOT NULL,
    "route_id" TEXT NOT NULL DEFAULT '',
    "payer" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "free_use_pkey" PRIMARY KEY ("endpoint_id","route_id","payer","day")
);

-- CreateTable
CREATE TABLE "stored_answer" (
    "key" TEXT NOT NULL,
    "binding_hash" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "headers" JSONB NOT NULL,
    "body" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stored_answer_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "refund_workspace_id_mode_created_at_id_idx" ON "refund"("workspace_id", "mode", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "refund_payment_key_idx" ON "refund"("payment_key");

-- CreateIndex
CREATE INDEX "free_use_day_idx" ON "free_use"("day");

-- CreateIndex
CREATE INDEX "stored_answer_expires_at_idx" ON "stored_answer"("expires_at");

-- Written by hand below this line: what schema.prisma cannot say.

-- Prices: what was a flat amount is one model among several ---------------------------------------------------------------

CREATE FUNCTION flat_pricing(amount bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN amount IS NOT NULL THEN jsonb_build_object('model', 'per-request', 'amount', amount::text) END
$$;

UPDATE endpoint SET pricing = flat_pricing(price);
UPDATE route SET pricing = flat_pricing(price);
UPDATE price_version SET from_pricing = flat_pricing(from_price), to_pricing = flat_pricing(to_price);
UPDATE price_version v SET route_id = r.id FROM route r
  WHERE r.endpoint_id = v.endpoint_id
    AND v.rule = coalesce(nullif(array_to_string(r.methods, ','), ''), '*') || ' ' || r.path;

DROP FUNCTION flat_pricing;

-- Values -------------------------------------------------------------------------------------------------------------

-- The full shape is checked where it is read and written; here, that nothing passes for a price which is none.
CREATE FUNCTION is_pricing(pricing jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_typeof(pricing) = 'object' AND jsonb_typeof(pricing -> 'model') = 'string'
    AND coalesce(pricing ->> 'amount', '0') ~ '^(0|[1-9][0-9]{0,18})$', false)
$$;

ALTER TABLE endpoint ADD CONSTRAINT endpoint_pricing CHECK (is_pricing(pricing));
ALTER TABLE route ADD CONSTRAINT route_pricing CHECK (is_pricing(pricing));
ALTER TABLE price_version ADD CONSTRAINT price_version_pricing
  CHECK ((from_pricing IS NULL OR is_pricing(from_pricing)) AND (to_pricing IS NULL OR is_pricing(to_pricing)));
ALTER TABLE payment ADD CONSTRAINT payment_refunded CHECK (refunded BETWEEN 0 AND amount);
ALTER TABLE entitlement ADD CONSTRAINT entitlement_kind CHECK (kind IN ('pass', 'uses', 'balance'));
ALTER TABLE hold
  ADD CONSTRAINT hold_uses CHECK (uses IN (0, 1)),
  ADD CONSTRAINT hold_settled CHECK ((state = 'held') = (settled_at IS NULL));
ALTER TABLE refund
  ADD CONSTRAINT refund_mode CHECK (mode IN ('test', 'live')),
  ADD CONSTRAINT refund_state CHECK (state IN ('pending', 'done', 'failed', 'unknown')),
  ADD CONSTRAINT refund_amount CHECK (amount > 0);
ALTER TABLE free_use ADD CONSTRAINT free_use_count CHECK (count >= 0);
ALTER TABLE stored_answer ADD CONSTRAINT stored_answer_status CHECK (status BETWEEN 200 AND 599);
ALTER TABLE rollup_hourly ADD CONSTRAINT rollup_hourly_refunded CHECK (refunded >= 0);

-- Indexes and storage ---------------------------------------------------------------------------------------------------

-- Entitlements and holds are written as often as payments are, and for them the same holds: no index names a column that
-- a request changes, so that its updates stay on their page. The sweeper walks recent holds.
DROP INDEX hold_open;
CREATE INDEX hold_recent ON hold USING brin (created_at);
ALTER TABLE hold SET (fillfactor = 45);
ALTER TABLE entitlement SET (fillfactor = 50);
ALTER TABLE free_use SET (fillfactor = 70);

-- Set once in a row's life, and rarely.
CREATE INDEX entitlement_revoked ON entitlement (endpoint_id) WHERE revoked_at IS NOT NULL;
CREATE INDEX payment_refund_due ON payment (refund_due_at) WHERE refund_due_at IS NOT NULL;
CREATE INDEX refund_open ON refund (created_at) WHERE state IN ('pending', 'unknown');

CREATE TRIGGER refund_kept BEFORE DELETE OR TRUNCATE ON refund
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A pass is its token: the data plane must hear at once that one was revoked --------------------------------------------

CREATE TRIGGER entitlement_revoked_touches_endpoint AFTER UPDATE OF revoked_at ON entitlement
  FOR EACH ROW WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at) EXECUTE FUNCTION touch_endpoint();
