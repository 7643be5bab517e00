-- AlterTable
ALTER TABLE "endpoint" DROP COLUMN "price",
ALTER COLUMN "pricing" SET NOT NULL;

-- AlterTable
ALTER TABLE "route" DROP COLUMN "price",
ALTER COLUMN "pricing" SET NOT NULL;

-- AlterTable
ALTER TABLE "price_version" DROP COLUMN "from_price",
DROP COLUMN "to_price";

-- AlterTable
ALTER TABLE "entitlement" ALTER COLUMN "kind" DROP DEFAULT;

-- Written by hand below this line: what schema.prisma cannot say.
