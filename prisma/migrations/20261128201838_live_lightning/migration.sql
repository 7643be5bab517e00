-- AlterTable
ALTER TABLE "invoice" DROP COLUMN "preimage",
ADD COLUMN     "node_id" TEXT,
ADD COLUMN     "quote" JSONB,
ADD COLUMN     "received_msat" BIGINT,
ADD COLUMN     "sealed_preimage" TEXT,
ADD COLUMN     "shared" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "receipt" ADD COLUMN     "rate" JSONB;

-- CreateTable
CREATE TABLE "lightning_node" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "node_key" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "connection" BYTEA,
    "connection_key_id" TEXT,
    "cursor" TEXT,
    "watcher" TEXT,
    "watcher_until" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "lightning_node_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "lightning_node_workspace_id_created_at_id_idx" ON "lightning_node"("workspace_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "lightning_node_watcher_until_idx" ON "lightning_node"("watcher_until");

-- CreateIndex
CREATE INDEX "invoice_node_id_expires_at_idx" ON "invoice"("node_id", "expires_at");

-- AddForeignKey
ALTER TABLE "lightning_node" ADD CONSTRAINT "lightning_node_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Written by hand below this line: what schema.prisma cannot say.

-- Values -------------------------------------------------------------------------------------------------------------

ALTER TABLE lightning_node
  ADD CONSTRAINT lightning_node_kind CHECK (kind IN ('lnd', 'nwc', 'phoenixd')),
  ADD CONSTRAINT lightning_node_network CHECK (network IN ('mainnet', 'testnet', 'signet', 'regtest')),
  ADD CONSTRAINT lightning_node_key CHECK (node_key ~ '^0[23][0-9a-f]{64}$'),
  ADD CONSTRAINT lightning_node_connection CHECK ((connection IS NULL) = (connection_key_id IS NULL)
    AND (connection IS NOT NULL OR retired_at IS NOT NULL)),
  ADD CONSTRAINT lightning_node_cursor CHECK (length(cursor) <= 200),
  ADD CONSTRAINT lightning_node_watcher CHECK ((watcher IS NULL) = (watcher_until IS NULL));
CREATE UNIQUE INDEX lightning_node_in_use ON lightning_node (workspace_id) WHERE retired_at IS NULL;
ALTER TABLE invoice
  ADD CONSTRAINT invoice_received CHECK (received_msat >= 0 AND (received_msat IS NULL OR paid_at IS NOT NULL)),
  ADD CONSTRAINT invoice_live CHECK (mode = 'test' OR (quote IS NOT NULL AND node_id IS NOT NULL));

-- Which node is in use is part of what the data plane offers; how far it was read is not ----------------------------------

CREATE TRIGGER lightning_node_touches_endpoints AFTER INSERT OR DELETE OR UPDATE OF retired_at ON lightning_node
  FOR EACH ROW EXECUTE FUNCTION touch_payout_endpoints();
