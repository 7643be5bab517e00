/** Stores how far a node's settlements are written down: in order, never ahead of them, and not at each one. */
export class CursorKeeper {
  readonly #store: (cursor: string) => Promise<void>;
  readonly #afterMs: number;
  readonly #onError: (error: unknown) => void;
  #latest: string | null;
  #stored: string | null;
  #timer: NodeJS.Timeout | undefined;
  #storing: Promise<void> = Promise.resolve();

  /** @param start As it is stored now. */
  constructor(
    start: string | null,
    options: {
      readonly store: (cursor: string) => Promise<void>;
      readonly afterMs: number;
      readonly onError: (error: unknown) => void;
    },
  ) {
    this.#latest = start;
    this.#stored = start;
    this.#store = options.store;
    this.#afterMs = options.afterMs;
    this.#onError = options.onError;
  }

  /** Where to read on. */
  get latest(): string | null {
    return this.#latest;
  }

  /** All up to here is written down. */
  advance(cursor: string): void {
    this.#latest = cursor;
    this.#timer ??= setTimeout(() => void this.flush(), this.#afterMs).unref();
  }

  /** Never rejects: a cursor that was not stored only means reading some of it again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#storing = this.#storing.then(() => this.#write());
    return this.#storing;
  }

  async #write(): Promise<void> {
    const cursor = this.#latest;
    if (cursor === null || cursor === this.#stored) return;
    try {
      await this.#store(cursor);
      this.#stored = cursor;
    } catch (error) {
      this.#onError(error);
    }
  }
}
