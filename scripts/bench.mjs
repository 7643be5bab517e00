// `npm run bench -- [--seconds 5] [--rounds 3] [--rows P1,P2] [--store memory|postgres] [--write]`: see bench/README.md.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap, root, withBin } from "./lib/bootstrap.mjs";

bootstrap(import.meta.url);
const args = process.argv.slice(2);
const database = args.join(" ").includes("--store postgres") ? await startDatabase() : undefined;
const more = database === undefined ? [] : ["--database", database.url];
const child = spawn(process.execPath, ["--conditions=source", join("bench", "run.ts"), ...args, ...more], {
  cwd: root,
  env: { ...process.env, PATH: withBin(), NODE_ENV: "production" },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", async (code, signal) => {
  await database?.stop();
  process.exit(signal === null ? (code ?? 1) : 130);
});

/** A Postgres of its own, as durable as in production: what is measured includes the commit. */
async function startDatabase() {
  const { startPostgres } = await import("./db/postgres.mjs");
  const { migrate } = await import("./db/migrate.mjs");
  const folder = mkdtempSync(join(tmpdir(), "bench-postgres-"));
  // As root, Postgres runs as a user of its own, which must be able to get there.
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ dir: join(folder, "data") });
  await migrate(postgres.url);
  const stop = async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: postgres.url, stop };
}
