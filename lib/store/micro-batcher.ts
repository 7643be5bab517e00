import { DatabaseTimeout, isUnavailable } from "./database-error.ts";

export interface BatcherOptions<Item, Result> {
  /** One statement for all; answers in the order of the items. No two items of one call share a key, unless `shared`. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly keyOf: (item: Item) => string;
  /** `run` takes several items of one key by itself. */
  readonly shared?: boolean;
  readonly maxBatch?: number;
  /** Statements under way at once. */
  readonly concurrency?: number;
  /** After which callers are told that the database is away. */
  readonly timeoutMs?: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly key: string;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers calls into one statement each time the database is free, and resolves each caller after the commit. Flushes
 * at once when idle, otherwise with the next commit, so a lone caller waits for nobody. Rows go out sorted by key, so
 * that two batches cannot deadlock.
 */
export class MicroBatcher<Item, Result> {
  readonly #options: Required<BatcherOptions<Item, Result>>;
  #queue: Waiting<Item, Result>[] = [];
  #running = 0;
  #scheduled = false;

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = { shared: false, maxBatch: 512, concurrency: 1, timeoutMs: 1_800, ...options };
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, key: this.#options.keyOf(item), resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0 || this.#running >= this.#options.concurrency) return;
    this.#scheduled = true;
    // The rest of this turn of the event loop may still add to the batch.
    setImmediate(() => {
      this.#scheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#take();
    if (batch.length === 0) return;
    this.#running++;
    this.#schedule();
    await this.#attempt(batch);
    this.#running--;
    this.#schedule();
  }

  /** Up to `maxBatch` from the front; a second item of one key waits for the next batch. */
  #take(): Waiting<Item, Result>[] {
    const { maxBatch, shared } = this.#options;
    const taken: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const keys = new Set<string>();
    for (const waiting of this.#queue) {
      const fits = taken.length < maxBatch && (shared || !keys.has(waiting.key));
      if (fits) keys.add(waiting.key);
      (fits ? taken : left).push(waiting);
    }
    this.#queue = left;
    return taken.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  }

  async #attempt(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#withDeadline(this.#options.run(batch.map(({ item }) => item)));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new Error("A batch gave fewer answers than it was asked for"));
        else resolve(result);
      });
    } catch (error) {
      await this.#recover(batch, error);
    }
  }

  async #recover(batch: readonly Waiting<Item, Result>[], error: unknown): Promise<void> {
    if (isUnavailable(error)) {
      // Whoever waits behind would only wait for the same failure.
      const queued = this.#queue;
      this.#queue = [];
      for (const { reject } of [...batch, ...queued]) reject(error);
      return;
    }
    if (batch.length === 1) {
      batch[0]?.reject(error);
      return;
    }
    // A refused statement changed nothing. Halving isolates the row at fault, and the others go through.
    const middle = Math.ceil(batch.length / 2);
    await this.#attempt(batch.slice(0, middle));
    await this.#attempt(batch.slice(middle));
  }

  async #withDeadline<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DatabaseTimeout("The database did not answer in time")),
        this.#options.timeoutMs,
      );
    });
    try {
      return await Promise.race([work, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
}
