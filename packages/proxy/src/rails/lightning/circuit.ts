/** How long a node that failed is left alone. */
const REST_MS = 2_000;
/** Failures in a row before it is. */
const FAILURES = 2;

/** Remembers who does not answer, so that not every payer waits for the same timeout. */
export interface Circuit {
  /** Whether it is worth asking; after a rest one may try. */
  isClosed(id: string): boolean;
  report(id: string, ok: boolean): void;
}

/** @param clock Milliseconds. */
export function createCircuit(clock: () => number): Circuit {
  const failing = new Map<string, { count: number; restUntil: number }>();
  return {
    isClosed: (id) => {
      const state = failing.get(id);
      if (state === undefined || state.count < FAILURES) return true;
      if (clock() < state.restUntil) return false;
      // One tries; the others rest on.
      state.restUntil = clock() + REST_MS;
      return true;
    },
    report: (id, ok) => {
      if (ok) {
        failing.delete(id);
        return;
      }
      const count = (failing.get(id)?.count ?? 0) + 1;
      failing.set(id, { count, restUntil: clock() + REST_MS });
    },
  };
}
