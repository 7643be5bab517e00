/** What the demo upstream has seen since its start or the last reset; tests hold the gateway against it. */
export interface DemoStats {
  /** Requests by raw path, control paths included. */
  hits: Record<string, number>;
  /** Requests by `Idempotency-Key`: how often a handler ran for one payment. */
  runs: Record<string, number>;
  /** Answers whose client left before the end. */
  aborted: number;
  /** Answers that are being written now. */
  open: number;
  /** When the client of a raw target left, Unix milliseconds; the latest, for 10,000 targets. */
  aborts: Record<string, number>;
  /** Unix milliseconds of the last abort; 0 before the first. */
  lastAbortAt: number;
  /** What the next requests get instead of their answer. */
  fail: { times: number; status: number };
}

export function createStats(): DemoStats {
  return {
    hits: {},
    runs: {},
    aborted: 0,
    aborts: {},
    open: 0,
    lastAbortAt: 0,
    fail: { times: 0, status: 503 },
  };
}

/** Forgets everything except the answers that are still open. */
export function resetStats(stats: DemoStats): void {
  Object.assign(stats, { ...createStats(), open: stats.open });
}

/** Counts a request under a key; a flood of different keys stops being told apart at 10,000. */
export function countIn(counts: Record<string, number>, key: string): void {
  const known = Object.hasOwn(counts, key);
  if (!known && Object.keys(counts).length >= 10_000) return;
  counts[key] = (known ? (counts[key] ?? 0) : 0) + 1;
}

/** Notes when a client left; bounded as {@link countIn} is. */
export function noteAbort(stats: DemoStats, target: string): void {
  stats.aborted++;
  stats.lastAbortAt = Date.now();
  if (!Object.hasOwn(stats.aborts, target) && Object.keys(stats.aborts).length >= 10_000) return;
  stats.aborts[target] = stats.lastAbortAt;
}
