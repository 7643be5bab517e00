import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { isAlive, startPostgres } from "./postgres.mjs";

describe("the embedded Postgres", () => {
  const folder = mkdtempSync(join(tmpdir(), "x402-paywall-postgres-"));
  // The postgres user must get in, where root runs the tests.
  chmodSync(folder, 0o755);
  const dir = join(folder, "postgres");
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const pidOf = () => Number(readFileSync(join(dir, "postmaster.pid"), "utf8").split("\n")[0]);

  it("keeps data and port over a restart, and stops for whoever started it", async () => {
    const first = await startPostgres({ dir, disposable: true });
    await run(first.url, "create table kept (a int)");
    await first.stop();
    await expect(run(first.url, "select 1")).rejects.toThrow("ECONNREFUSED");
    const second = await startPostgres({ dir, disposable: true });
    expect(second.url).toBe(first.url);
    await run(second.url, "select * from kept");
    await second.stop();
  });

  it("is shared with another process that runs it, and left running", async () => {
    const owner = spawn(process.execPath, ["--input-type=module", "-e", ownerScript(dir)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await new Promise((resolve) => owner.stdout.once("data", resolve));
    const shared = await startPostgres({ dir, disposable: true });
    await shared.stop();
    await run(shared.url, "select 1");
    // The owner dies without stopping it: the next start finds it, makes it its own, and stops it.
    const pid = pidOf();
    owner.kill("SIGKILL");
    await new Promise((resolve) => owner.once("exit", resolve));
    const adopted = await startPostgres({ dir, disposable: true });
    expect(pidOf()).toBe(pid);
    await adopted.stop();
    await expect(run(shared.url, "select 1")).rejects.toThrow("ECONNREFUSED");
  });

  it("starts over the pid file of a server that was killed", async () => {
    const first = await startPostgres({ dir, disposable: true });
    const pid = pidOf();
    process.kill(pid, "SIGKILL");
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
    const second = await startPostgres({ dir, disposable: true });
    expect(second.url).toBe(first.url);
    await run(second.url, "select * from kept");
    await second.stop();
  });
});

function ownerScript(dir: string): string {
  const module = new URL("./postgres.mjs", import.meta.url).href;
  return `const { startPostgres } = await import(${JSON.stringify(module)});
    await startPostgres({ dir: ${JSON.stringify(dir)}, disposable: true });
    process.stdout.write("ready"); process.stdin.resume();`;
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
