import { randomBytes } from "node:crypto";
import { leaseNodes, leaveNodes } from "../lib/lightning/node-rows.ts";
import { WATCH_TIMES, type WatchDeps } from "../lib/lightning/watch-deps.ts";
import { watchNode } from "../lib/lightning/watch-node.ts";

export interface NodeWatchers {
  /** Watches nothing more and leaves the nodes to others, three seconds at most. */
  stop(): Promise<void>;
}

interface Watch {
  readonly stop: AbortController;
  readonly done: Promise<void>;
  /** Milliseconds of the process's monotonic clock. */
  leasedUntil: number;
}

/** New ones that a process takes at a time: what starts together shares them. */
const NEW_AT_ONCE = 25;
const STOP_MS = 3_000;

/**
 * Watches the Lightning nodes of this instance beside whatever else this process does; any number of processes may: each
 * node is leased to one of them, and one that dies is replaced when its lease is over. A process that was stopped for longer
 * than its lease may watch beside its successor for a moment; then all is written down once all the same.
 */
export function watchNodes(deps: WatchDeps): NodeWatchers {
  const { pool, logError } = deps;
  const { lease, look } = { ...WATCH_TIMES, ...deps.times };
  // The process is named, so that an operator can tell who watches what.
  const watcher = `wat_${process.pid}_${randomBytes(12).toString("hex")}`;
  const watched = new Map<string, Watch>();
  let looking: Promise<void> | undefined;
  let isAway = false;

  const round = async (): Promise<void> => {
    const askedAt = performance.now();
    const taken = await leaseNodes(pool, watcher, { leaseMs: lease, limit: watched.size + NEW_AT_ONCE });
    for (const node of taken) {
      const known = watched.get(node.id);
      if (known !== undefined) {
        known.leasedUntil = askedAt + lease;
        continue;
      }
      const stop = new AbortController();
      const done = watchNode(node, watcher, deps, stop.signal).catch((error: unknown) =>
        logError(`lightning: node ${node.id} is not watched any more`, error),
      );
      watched.set(node.id, { stop, done, leasedUntil: askedAt + lease });
    }
    for (const [id, { stop, leasedUntil }] of watched) {
      if (performance.now() < leasedUntil) continue;
      stop.abort();
      watched.delete(id);
    }
  };
  const tick = (): void => {
    looking ??= round()
      .then(
        () => {
          isAway = false;
        },
        (error: unknown) => {
          if (!isAway) logError("lightning: nodes cannot be looked for", error);
          isAway = true;
        },
      )
      .finally(() => {
        looking = undefined;
      });
  };
  const timer = setInterval(tick, look).unref();
  tick();

  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      const ends = [...watched.values()].map(({ stop, done }) => {
        stop.abort();
        return done;
      });
      await Promise.race([
        Promise.allSettled(ends),
        new Promise((resolve) => setTimeout(resolve, STOP_MS).unref()),
      ]);
      await leaveNodes(pool, watcher).catch((error: unknown) =>
        logError("lightning: nodes were not left", error),
      );
    },
  };
}
