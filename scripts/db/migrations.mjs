// The migrations on disk. Each folder holds migration.sql and schema.prisma, the datamodel that it leads to.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/bootstrap.mjs";

export const schemaFile = join(root, "prisma", "schema.prisma");
export const migrationsFolder = join(root, "prisma", "migrations");

/** Above it stands what the datamodels' difference generated; below it what a datamodel cannot say. */
export const handWrittenMark = "-- Written by hand below this line: what schema.prisma cannot say.";

/** Oldest first. `checksum` is Prisma's: SHA-256 of the file, hex. */
export function readMigrations(folder = migrationsFolder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => {
      const sql = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return {
        name,
        sql,
        generated: (sql.split(handWrittenMark)[0] ?? "").trim(),
        schema: readFileSync(join(folder, name, "schema.prisma"), "utf8"),
        checksum: createHash("sha256").update(sql).digest("hex"),
      };
    });
}
