import { PgBoss } from "pg-boss";
import { type Job, type JobDeps, listJobs } from "./job-list.ts";
import { toBossDatabase } from "./to-boss-database.ts";

export interface Jobs {
  /** The queues are there and the first round is asked for. Rejects only where `stop` came first. */
  readonly ready: Promise<void>;
  /** Begins nothing more and waits for what runs, five seconds at most. */
  stop(): Promise<void>;
}

const STOP_MS = 5_000;
/** Longer than any run takes; a process that died in one is noticed after it. */
const EXPIRE_SECONDS = 120;
/** A tick leaves a row. An hour of them is a history, a week would be a table. */
const KEEP_SECONDS = 3_600;

/**
 * Runs the jobs beside whatever else this process does; any number of processes may. Returns at once: a database that is
 * away delays the jobs, not the gateway.
 *
 * pg-boss schedules by the minute, which is too coarse for a crash that is to be put right within one. So each process
 * sends each job at its own interval, and the queue takes one for each slot of that interval (`singletonSeconds`) and
 * keeps one waiting (`short`): one process of all runs it, and one that dies in it holds up nobody, because the next slot
 * is a new job. A job that fails is logged and tried again.
 */
export function startJobs(deps: JobDeps, jobs: readonly Job[] = listJobs(deps)): Jobs {
  const boss = new PgBoss({
    db: toBossDatabase(deps.database.pool),
    schema: "pgboss",
    schedule: false,
    registerInstance: false,
    maintenanceIntervalSeconds: 900,
    flowIntervalSeconds: 600,
  });
  boss.on("error", (error) => deps.logError("jobs: the queue failed", error));
  boss.on("warning", ({ message }) => deps.logError("jobs: warning", message));
  const timers: NodeJS.Timeout[] = [];
  let stopped = false;
  const start = async (): Promise<void> => {
    await boss.start({ attempts: Number.MAX_SAFE_INTEGER });
    for (const job of jobs) {
      // oxlint-disable-next-line no-await-in-loop
      const tick = await startJob(boss, job, deps);
      if (stopped) return;
      timers.push(setInterval(tick, job.everySeconds * 1_000).unref());
      tick();
    }
  };
  const ready = start();
  ready.catch((error: unknown) => {
    if (!stopped) deps.logError("jobs: could not be started", error);
  });
  return {
    ready,
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await boss.stop({ graceful: true, timeout: STOP_MS });
    },
  };
}

/** Makes the queue and its worker. @returns what asks for one run */
async function startJob(
  boss: PgBoss,
  { name, everySeconds, run }: Job,
  { logError }: JobDeps,
): Promise<() => void> {
  const isRare = everySeconds >= 60;
  const options = {
    expireInSeconds: EXPIRE_SECONDS,
    retentionSeconds: KEEP_SECONDS,
    deleteAfterSeconds: KEEP_SECONDS,
    // Of a frequent one the next slot is the second try.
    retryLimit: isRare ? 3 : 0,
    retryDelay: 5,
    retryBackoff: isRare,
  };
  await boss.createQueue(name, { ...options, policy: "short" });
  await boss.updateQueue(name, options);
  const worker = await boss.work(name, { pollingIntervalSeconds: Math.min(everySeconds, 30) }, async () => {
    try {
      return await run();
    } catch (error) {
      logError(`jobs: ${name} failed`, error);
      throw error;
    }
  });
  return () => {
    boss.send(name, null, { singletonSeconds: everySeconds }).then(
      // Nobody waits for a poll: whoever asked takes it.
      (id) => id !== null && boss.notifyWorker(worker),
      (error: unknown) => logError(`jobs: ${name} could not be asked for`, error),
    );
  };
}
