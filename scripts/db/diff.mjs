// Writes the next migration: `npm run db:diff -- add_webhooks`. Needs neither a database nor the network.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, root } from "../lib/bootstrap.mjs";
import { handWrittenMark, migrationsFolder, readMigrations, schemaFile } from "./migrations.mjs";
import { diffSchemas } from "./schema-engine.mjs";

/** @returns the new folder, or `undefined` where schema.prisma says what the last migration led to. */
export async function writeMigration(
  name,
  { folder = migrationsFolder, schema = readFileSync(schemaFile, "utf8"), now = new Date() } = {},
) {
  const last = readMigrations(folder).at(-1);
  const sql = await diffSchemas(last?.schema ?? null, schema);
  if (sql === "") return undefined;
  const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const target = join(folder, `${stamp}_${name}`);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, "migration.sql"), `${sql}\n\n${handWrittenMark}\n`);
  writeFileSync(join(target, "schema.prisma"), schema);
  return target;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const name = process.argv[2] ?? "";
  if (!/^[a-z][a-z0-9_]{1,60}$/.test(name))
    fail("Give the migration a name in snake_case: npm run db:diff -- add_webhooks");
  try {
    const target = await writeMigration(name);
    process.stdout.write(
      target === undefined
        ? "Nothing to do: prisma/schema.prisma has not changed since the last migration.\n"
        : `Wrote ${relative(root, target)}. Read its SQL, add below the marked line what the schema cannot say, then: npm run db:migrate\n`,
    );
  } catch (error) {
    fail(error.message);
  }
}
