-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "sample_body" TEXT,
ADD COLUMN     "sample_content_type" TEXT,
ADD COLUMN     "settle_first" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "rail_note" TEXT;

-- CreateTable
CREATE TABLE "payout" (
    "workspace_id" TEXT NOT NULL,
    "rail" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "networks" TEXT[],
    "kind" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT NOT NULL,

    CONSTRAINT "payout_pkey" PRIMARY KEY ("workspace_id","rail")
);

-- AddForeignKey
ALTER TABLE "payout" ADD CONSTRAINT "payout_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand below this line: what schema.prisma cannot say.

-- Values -------------------------------------------------------------------------------------------------------------

ALTER TABLE payout
  ADD CONSTRAINT payout_rail CHECK (rail IN ('stablecoin')),
  ADD CONSTRAINT payout_kind CHECK (kind IN ('account', 'contract')),
  ADD CONSTRAINT payout_address CHECK (address ~ '^0x[0-9a-fA-F]{40}$' AND address !~ '^0x0{40}$'),
  ADD CONSTRAINT payout_networks CHECK (cardinality(networks) BETWEEN 1 AND 50
    AND array_position(networks, NULL) IS NULL
    AND array_to_string(networks, ' ') ~ '^eip155:[1-9][0-9]{0,18}( eip155:[1-9][0-9]{0,18})*$');
ALTER TABLE payout ALTER COLUMN networks SET NOT NULL;
ALTER TABLE endpoint
  ADD CONSTRAINT endpoint_sample CHECK ((sample_content_type IS NULL) = (sample_body IS NULL)
    AND length(sample_content_type) <= 128 AND octet_length(sample_body) <= 4096);
ALTER TABLE payment ADD CONSTRAINT payment_rail_note CHECK (octet_length(rail_note) <= 1024);

-- An address is part of what the data plane offers: every process that caches an endpoint hears of a change at once -------

CREATE FUNCTION touch_payout_endpoints() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  workspace text := CASE WHEN TG_OP = 'DELETE' THEN OLD.workspace_id ELSE NEW.workspace_id END;
BEGIN
  -- In one order: two changes at once must not wait for each other.
  PERFORM 1 FROM endpoint WHERE workspace_id = workspace ORDER BY id FOR UPDATE;
  UPDATE endpoint SET updated_at = now() WHERE workspace_id = workspace;
  RETURN NULL;
END $$;

CREATE TRIGGER payout_touches_endpoints AFTER INSERT OR UPDATE OR DELETE ON payout
  FOR EACH ROW EXECUTE FUNCTION touch_payout_endpoints();
