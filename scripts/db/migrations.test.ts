import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { Prisma } from "../../generated/prisma/client.ts";
import { createEmptyDatabase } from "../../lib/testing/database.ts";
import { writeMigration } from "./diff.mjs";
import { migrate } from "./migrate.mjs";
import { readMigrations, schemaFile } from "./migrations.mjs";
import { diffSchemas } from "./schema-engine.mjs";

const migrations = readMigrations();
const schema = readFileSync(schemaFile, "utf8");

describe("migrations on disk", () => {
  it("lead to schema.prisma: run `npm run db:diff NAME` where this fails", async () => {
    expect(await diffSchemas(migrations.at(-1)?.schema ?? null, schema)).toBe("");
  });

  it.each(migrations.map((migration, index) => [migration.name, migration, migrations[index - 1]] as const))(
    "%s holds what its datamodels' difference says",
    async (_, migration, previous) => {
      expect(migration.generated).toBe(await diffSchemas(previous?.schema ?? null, migration.schema));
    },
  );

  it("notice a change of the schema", async () => {
    const changed = schema.replace("model Hold {", "model Hold {\n  note String?");
    expect(await diffSchemas(schema, changed)).toContain('ALTER TABLE "hold" ADD COLUMN     "note" TEXT');
  });
});

describe("diff", () => {
  const folder = mkdtempSync(join(tmpdir(), "x402-paywall-diff-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("writes the next migration, and nothing where nothing changed", async () => {
    const first = await writeMigration("init", { folder, schema, now: new Date("2026-01-02T03:04:05Z") });
    expect(first).toBe(join(folder, "20260102030405_init"));
    expect(await writeMigration("again", { folder, schema })).toBeUndefined();
    const changed = schema.replace("model Hold {", "model Hold {\n  note String?");
    await writeMigration("note", { folder, schema: changed, now: new Date("2026-01-02T03:04:06Z") });
    expect(readMigrations(folder).map(({ name }) => name)).toEqual([
      "20260102030405_init",
      "20260102030406_note",
    ]);
    expect(readMigrations(folder).at(-1)?.generated).not.toContain("CREATE TABLE");
  });
});

describe("migrate", () => {
  it("makes every table and column that the client knows, once", async () => {
    const database = await createEmptyDatabase();
    const client = new Client({ connectionString: database.url });
    try {
      // Two at once: the lock lets one of them do the work.
      const applied = await Promise.all([migrate(database.url), migrate(database.url)]);
      expect(applied.flat()).toEqual(migrations.map(({ name }) => name));
      expect(await migrate(database.url)).toEqual([]);
      await client.connect();
      const { rows } = await client.query<{ name: string }>(
        "select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'",
      );
      const columns = new Set(rows.map(({ name }) => name));
      expect(expectedColumns().filter((name) => !columns.has(name))).toEqual([]);
      expect(expectedColumns().length).toBeGreaterThan(100);
    } finally {
      await client.end();
      await database.close();
    }
  });

  it.each(["postgres://user:hunter2@127.0.0.1:1/none", "nonsense"])(
    "says what to do where %s leads nowhere",
    async (url) => {
      const error: unknown = await migrate(url).catch((cause: unknown) => cause);
      expect(String(error)).toMatch(/DATABASE_URL \(.*\) does not let us in: .+\. Correct it/);
      expect(String(error)).not.toContain("hunter2");
    },
  );

  it("refuses a migration that was changed after it was applied, and undoes one that fails", async () => {
    const database = await createEmptyDatabase();
    try {
      const bad = {
        name: "1_bad",
        sql: "create table t (a int); select nothing",
        generated: "",
        schema: "",
        checksum: "0",
      };
      await expect(migrate(database.url, { migrations: [bad] })).rejects.toThrow(
        "1_bad failed and left nothing behind",
      );
      const good = { ...bad, sql: "create table t (a int)" };
      expect(await migrate(database.url, { migrations: [good] })).toEqual(["1_bad"]);
      await expect(migrate(database.url, { migrations: [{ ...good, checksum: "1" }] })).rejects.toThrow(
        "was changed after",
      );
    } finally {
      await database.close();
    }
  });
});

/** `table.column` of each scalar field, from the datamodel's text: the client itself knows only field names. */
function expectedColumns(): string[] {
  const models = [...schema.matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)];
  const names = new Set(models.map(([, name]) => name));
  expect([...names].toSorted()).toEqual(Object.keys(Prisma.ModelName).toSorted());
  return models.flatMap(([, , body = ""]) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? "";
    return body.split("\n").flatMap((line) => {
      const [, field, type] = /^ {2}(\w+)\s+(\w+)/.exec(line) ?? [];
      if (field === undefined || type === undefined || names.has(type)) return [];
      return [`${table}.${/@map\("(\w+)"\)/.exec(line)?.[1] ?? field}`];
    });
  });
}
