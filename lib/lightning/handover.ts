/** A queue from one task to another within a process; whoever gives waits while it is full. */
export class Handover<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Resolves when there is room, or the signal aborts; then it is not given. */
  async give(item: T, signal: AbortSignal): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop
    while (this.#items.length >= this.#capacity && !signal.aborted) await this.#change(signal);
    if (signal.aborted) return;
    this.#items.push(item);
    this.#notify();
  }

  /** What is given, in order; the next one is taken when the one before is done with. Ends when the signal aborts. */
  async *take(signal: AbortSignal): AsyncGenerator<T> {
    while (!signal.aborted) {
      const [item] = this.#items;
      if (item === undefined) {
        // oxlint-disable-next-line no-await-in-loop
        await this.#change(signal);
        continue;
      }
      yield item;
      this.#items.shift();
      this.#notify();
    }
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /** One waits at a time: a giver when it is full, a taker when it is empty. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#wake = done;
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });
  }
}
