import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createSigner } from "@x402-paywall/proxy/node";
import { createPostgresStore } from "../lib/store/postgres-store.ts";
import { createTestRuntime, type TestRuntime } from "../lib/testing/runtime.ts";
import type { Job, JobDeps } from "./job-list.ts";
import { startJobs } from "./start-jobs.ts";

let runtime: TestRuntime;
let deps: JobDeps;
const errors: string[] = [];

beforeAll(async () => {
  runtime = await createTestRuntime();
  deps = {
    database: runtime.db,
    plane: {
      store: createPostgresStore({ pool: runtime.db.pool }),
      rails: [],
      signer: createSigner(runtime.keys.derive("receipt")),
    },
    now: Date.now,
    log: () => {},
    logError: (message, error) => errors.push(`${message} ${String(error)}`),
  };
});
afterAll(() => runtime.close());

const every = (name: string, run: () => Promise<object>, everySeconds = 1): Job => ({
  name,
  everySeconds,
  run,
});

it("runs each job once for each slot, however many processes run them", async () => {
  const runs: number[] = [];
  const job = every("count", async () => {
    runs.push(Math.floor(Date.now() / 1000));
    return {};
  });
  const processes = Array.from({ length: 4 }, () => startJobs(deps, [job]));
  await Promise.all(processes.map(({ ready }) => ready));
  await vi.waitFor(() => expect(runs.length).toBeGreaterThanOrEqual(3), { timeout: 10_000 });
  await Promise.all(processes.map(({ stop }) => stop()));
  const { rows } = await runtime.db.pool.query<{ slots: number; jobs: number }>(
    "select count(distinct singleton_on)::int as slots, count(*)::int as jobs from pgboss.job where name = 'count'",
  );
  expect(rows[0]?.jobs).toBe(rows[0]?.slots);
  expect(runs.length).toBeLessThanOrEqual(rows[0]?.jobs ?? 0);
  expect(errors).toEqual([]);
}, 20_000);

it("logs a job that fails, and tries it again", async () => {
  let tries = 0;
  const { ready, stop } = startJobs(deps, [
    every("fails-once", async () => {
      if (++tries === 1) throw new Error("The first time");
      return {};
    }),
  ]);
  await ready;
  await vi.waitFor(() => expect(tries).toBeGreaterThanOrEqual(2), { timeout: 10_000 });
  await stop();
  expect(errors.join()).toContain("jobs: fails-once failed Error: The first time");
}, 15_000);

it("waits for what runs when it is stopped, and begins nothing more", async () => {
  let running = 0;
  let done = 0;
  const { ready, stop } = startJobs(deps, [
    every("slow", async () => {
      running++;
      await new Promise((resolve) => setTimeout(resolve, 500));
      done++;
      return {};
    }),
  ]);
  await ready;
  await vi.waitFor(() => expect(running).toBe(1), { timeout: 5_000 });
  await stop();
  expect(done).toBe(running);
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  expect(running).toBe(done);
}, 15_000);
