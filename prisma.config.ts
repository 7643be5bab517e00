import { defineConfig } from "prisma/config";

/** For the Prisma CLI alone; the project's own scripts (scripts/db) need neither this file nor a network. */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations", seed: "node scripts/db/seed.mjs" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
