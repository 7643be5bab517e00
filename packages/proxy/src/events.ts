import type { AtomicStore, RequestEvent } from "./store.ts";

export interface EventRecorder {
  /** Never throws, never waits. */
  record(event: RequestEvent): void;
  /** Writes what is queued; for an orderly shutdown. */
  flush(): Promise<void>;
}

const FLUSH_MS = 500;
const BATCH = 500;
/** Beyond this the oldest are dropped: the store is away, and money does not depend on events. */
const MAX_QUEUE = 10_000;

export interface EventRecorderOptions {
  readonly store: Pick<AtomicStore, "recordEvents">;
  readonly onError: (error: unknown, lost: number) => void;
}

/** Collects request events and writes them in batches, off the hot path; one batch is under way at a time. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const queue: RequestEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH);
      try {
        await options.store.recordEvents(batch);
      } catch (error) {
        options.onError(error, batch.length);
      }
    }
    writing = undefined;
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // Without anything to write `drain` is over before it could be remembered as under way.
    if (queue.length > 0) writing ??= drain();
    return writing ?? Promise.resolve();
  };
  return {
    record(event) {
      if (queue.length >= MAX_QUEUE) queue.splice(0, BATCH);
      queue.push(event);
      if (queue.length >= BATCH) void flush();
      else if (timer === undefined) {
        timer = setTimeout(() => void flush(), FLUSH_MS);
        // Where timers are numbers (Workers) there is nothing to unref.
        timer.unref?.();
      }
    },
    flush,
  };
}
