import { firstSchema } from "./schema.ts";
import type { SchemaDialect, SqlDriver, SqlStatement } from "./sql-driver.ts";
import { createSql } from "./statement.ts";

const versionTable = `create table if not exists paywall_migration (version integer not null primary key)`;

/** The statements of each version, in order. A version that was published never changes. */
function versionsOf(dialect: SchemaDialect): readonly (readonly string[])[] {
  return [firstSchema(dialect)].map((statements, index) => [
    // First, so that whoever comes second fails before it changes anything.
    `insert into paywall_migration (version) values (${index + 1})`,
    ...statements,
  ]);
}

/** All of it as SQL, for a database that is migrated by other tools; afterwards {@link migrateWith} finds nothing to do. */
export function migrationSql(dialect: SchemaDialect): string {
  return [versionTable, ...versionsOf(dialect).flat()].map((text) => `${text};\n`).join("\n");
}

/**
 * Brings the tables to the newest version, each version in one transaction. Any number of processes may do it at once.
 * @param lock Goes before each transaction, where the engine does not order schema changes by itself
 */
export async function migrateWith(driver: SqlDriver, lock: readonly string[] = []): Promise<void> {
  const run = (texts: readonly string[]) => driver.batch([...lock, ...texts].map(toStatement));
  await run([versionTable]);
  const versions = versionsOf(driver.dialect.schema);
  for (let done = await findVersion(driver); done < versions.length; done++) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- versions are in order
      await run(versions[done] ?? []);
    } catch (error) {
      // oxlint-disable-next-line no-await-in-loop
      if ((await findVersion(driver)) <= done) throw error;
    }
  }
}

async function findVersion(driver: SqlDriver): Promise<number> {
  const text = "select version from paywall_migration order by version desc limit 1";
  const [newest] = await createSql(driver).run<{ readonly version: number }>(toStatement(text));
  return newest?.version ?? 0;
}

function toStatement(text: string): SqlStatement {
  return { text, values: [] };
}
