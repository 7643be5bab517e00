// A Postgres for one test run: a folder of its own below the temporary folder, and a migrated database to copy.
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { migrate } from "./migrate.mjs";
import { isAlive, startPostgres } from "./postgres.mjs";

const prefix = "x402-paywall-test-";
const template = "template_paywall";

/** @returns the administrator's `url`, the name of the `template` database, and `stop`, which leaves nothing behind. */
export async function startTestServer() {
  await sweep();
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  // The postgres user must get in, where root runs the tests.
  chmodSync(folder, 0o755);
  let postgres;
  const stop = async () => {
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    postgres = await startPostgres({ dir: join(folder, "postgres"), disposable: true });
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`create database ${template}`);
    await client.end();
    const url = new URL(postgres.url);
    url.pathname = `/${template}`;
    await migrate(url.href);
    return { url: postgres.url, template, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends what runs that were killed left running. */
async function sweep() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    if (isAlive(Number(name.slice(prefix.length).split("-")[0]))) continue;
    const folder = join(tmpdir(), name);
    const left = await startPostgres({ dir: join(folder, "postgres"), disposable: true }).catch(
      () => undefined,
    );
    await left?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
