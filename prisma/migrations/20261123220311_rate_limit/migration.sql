-- CreateTable
CREATE TABLE "rate_limit" (
    "key" BYTEA NOT NULL,
    "resets_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "rate_limit_resets_at_idx" ON "rate_limit"("resets_at");

-- Written by hand below this line: what schema.prisma cannot say.
