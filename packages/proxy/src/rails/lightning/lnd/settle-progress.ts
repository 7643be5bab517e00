/**
 * How far the settlements of an lnd are handed on. Its settle indexes may arrive 5, 7, 6, and of two that settle at once
 * lnd's live stream may leave one out, so the cursor moves over what came without a gap only.
 */
export class SettleProgress {
  /** All up to here are handed on; `undefined`: it begins with whatever comes first. */
  #reached: bigint | undefined;
  /** Handed on beyond a gap. */
  readonly #beyond = new Set<bigint>();

  /** @param cursor A settle index that was handed on. */
  constructor(cursor: string | null) {
    this.#reached = cursor !== null && /^\d{1,19}$/.test(cursor) ? BigInt(cursor) : undefined;
  }

  /** lnd sends what settled after it; 0: only what settles from now on. */
  get cursor(): string {
    return String(this.#reached ?? 0n);
  }

  get hasGap(): boolean {
    return this.#beyond.size > 0;
  }

  /** The last index that came, gap or not. */
  get last(): bigint {
    return [...this.#beyond].reduce((last, index) => (index > last ? index : last), this.#reached ?? 0n);
  }

  /**
   * Notes an index that is about to be handed on. @param inOrder It is read from lnd's books, which leave nothing out: what
   * is missing before it does not exist. @returns false where it was handed on already
   */
  take(index: bigint, inOrder: boolean): boolean {
    const isNew = !this.#beyond.delete(index);
    if (this.#reached === undefined || (inOrder && index > this.#reached)) this.#reached = index;
    else if (index > this.#reached) this.#beyond.add(index);
    while (this.#beyond.delete(this.#reached + 1n)) this.#reached++;
    for (const passed of this.#beyond) if (passed <= this.#reached) this.#beyond.delete(passed);
    return isNew;
  }
}
