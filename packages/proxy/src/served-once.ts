const MAX_ENTRIES = 10_000;

/** Remembers which keys were seen lately, bounded; forgetting one only repeats an idempotent write. */
export function createOnce(maxEntries = MAX_ENTRIES): {
  first(key: string): boolean;
  forget(key: string): void;
} {
  const seen = new Set<string>();
  return {
    first(key) {
      const known = seen.delete(key);
      seen.add(key);
      if (seen.size > maxEntries) {
        const [oldest] = seen;
        if (oldest !== undefined) seen.delete(oldest);
      }
      return !known;
    },
    forget: (key) => void seen.delete(key),
  };
}
