import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate } from "../../../scripts/db/migrate.mjs";
import { isAlive, startPostgres } from "../../../scripts/db/postgres.mjs";

/** A Postgres of the storm's own, as durable as in production, that can be killed. */
export interface StormDatabase {
  readonly url: string;
  readonly port: number;
  /** SIGKILL to the server and all its children; resolves when they are gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDatabase(): Promise<StormDatabase> {
  const folder = mkdtempSync(join(tmpdir(), "storm-postgres-"));
  // As root, Postgres runs as a user of its own, which must be able to get there.
  chmodSync(folder, 0o755);
  const dir = join(folder, "data");
  let server = await startPostgres({ dir });
  await migrate(server.url);
  const { url } = server;
  return {
    url,
    port: Number(new URL(url).port),
    async kill() {
      const pid = Number(readFileSync(join(dir, "postmaster.pid"), "utf8").split("\n")[0]);
      if (!(pid > 1)) throw new Error("The database has no pid");
      // It leads a process group of its own.
      process.kill(-pid, "SIGKILL");
      while (isAlive(pid)) await sleep(5);
    },
    async restart() {
      server = await startPostgres({ dir });
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
