// Applies the migrations without Prisma's engine, and records them where `prisma migrate deploy` looks for them.
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { Client } from "pg";
import { fail } from "../lib/bootstrap.mjs";
import { readMigrations } from "./migrations.mjs";
import { withDatabase } from "./with-database.mjs";

// The number that Prisma's own engine locks with, so that the two exclude each other.
const lockId = 72707369;

/** Applies what is missing, each in a transaction of its own. @returns the names that were applied. */
export async function migrate(url, { migrations = readMigrations(), log = () => {} } = {}) {
  const client = await connect(url);
  try {
    await client.query("select pg_advisory_lock($1)", [lockId]);
    await client.query(bookkeeping);
    const applied = await readApplied(client);
    checkHistory(migrations, applied);
    const missing = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of missing) {
      await apply(client, migration);
      log(`Applied ${migration.name}.`);
    }
    return missing.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

async function connect(url) {
  // Neither the user nor the password belongs into a message.
  const place = URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname}` : "no address at all";
  try {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    await client.connect();
    return client;
  } catch (error) {
    const reason = error.message || error.code;
    throw new Error(
      `DATABASE_URL (${place}) does not let us in: ${reason}. Correct it, or unset it to use the Postgres that comes along.`,
      { cause: error },
    );
  }
}

const bookkeeping = `create table if not exists "_prisma_migrations" (
  id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
  migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
  started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

async function readApplied(client) {
  const { rows } = await client.query(
    `select migration_name, checksum, finished_at from "_prisma_migrations" where rolled_back_at is null`,
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

function checkHistory(migrations, applied) {
  for (const row of applied.values()) {
    if (row.finished_at !== null) continue;
    throw new Error(
      `The migration ${row.migration_name} was begun and not finished. Repair the database, then: npx prisma migrate resolve`,
    );
  }
  for (const { name, checksum } of migrations) {
    const row = applied.get(name);
    if (row === undefined || row.checksum === checksum) continue;
    throw new Error(
      `prisma/migrations/${name} was changed after it was applied. Restore the file, and write a new migration instead.`,
    );
  }
}

async function apply(client, { name, sql, checksum }) {
  await client.query("begin");
  try {
    await client.query(sql);
    await client.query(
      `insert into "_prisma_migrations" (id, checksum, finished_at, migration_name, applied_steps_count)
       values ($1, $2, clock_timestamp(), $3, 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`The migration ${name} failed and left nothing behind: ${error.message}`, {
      cause: error,
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const names = await withDatabase((url) =>
      migrate(url, { log: (line) => process.stdout.write(`${line}\n`) }),
    );
    if (names.length === 0) process.stdout.write("The database is up to date.\n");
  } catch (error) {
    fail(error.message);
  }
}
