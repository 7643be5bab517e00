// Runs a database command against DATABASE_URL, or else against the instance's own Postgres, started for as long as needed.
import { join } from "node:path";
import { root } from "../lib/bootstrap.mjs";
import { startPostgres } from "./postgres.mjs";

export async function withDatabase(run) {
  const url = process.env.DATABASE_URL;
  if (url) return run(url);
  if (process.env.NODE_ENV === "production") {
    throw new Error(
      "DATABASE_URL is not set. Set it to the production database: postgres://user:password@host:5432/name",
    );
  }
  const dir = join(process.env.PAYWALL_DATA ?? join(root, ".data"), "postgres");
  const postgres = await startPostgres({ dir, log: (line) => process.stdout.write(`${line}\n`) });
  const stop = () => void postgres.stop().then(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);
  try {
    return await run(postgres.url);
  } finally {
    await postgres.stop();
  }
}
