import type { SettledInvoice, SettlementEvent } from "./backend.ts";

/** What hears of payments while a feed is watched. */
export interface SettlementListener {
  /** Settled, as the node itself says. */
  onPayment(invoice: SettledInvoice): void;
  /** Something happened: it is worth to list again. */
  onNews(): void;
  /** The connection broke. */
  onLost(error: Error): void;
}

/** A node or wallet that keeps no log of settlements to be read on from, but lists payments by time. */
export interface SettlementFeed {
  /**
   * What settled at or after a moment (unix seconds), newest first; more than that is fine. `complete` is false where
   * there was more than could be read. @throws LightningNodeError
   */
  list(since: number): Promise<{ readonly payments: readonly SettledInvoice[]; readonly complete: boolean }>;
  /** Until the function that it gives is called. @throws LightningNodeError */
  listen(listener: SettlementListener): Promise<() => void>;
  /** Milliseconds until the next list, now. */
  pollMs(): number;
  /** How long before its settlement a payment may stand in the list, in seconds: where it is sorted by another time. */
  readonly lookBackSeconds: number;
}

/** Clocks and writes of a node may be this much late, in seconds; what is seen twice meanwhile is not yielded twice. */
const OVERLAP_SECONDS = 60;
/** Each so many lists go back as far as the first one does. */
const DEEP_EVERY = 20;

/**
 * Settlements of a feed as `LightningBackend.subscribe` has them. A cursor is the unix second up to which everything was
 * listed: what is heard live goes out at once, but only a list moves the cursor.
 */
export async function* watchSettlements(
  feed: SettlementFeed,
  cursor: string | null,
  signal: AbortSignal,
  clock: () => number,
): AsyncGenerator<SettlementEvent> {
  const news = new News(signal);
  const seen = new Map<string, number>();
  let since = cursor === null ? Math.floor(clock() / 1000) : readCursor(cursor);
  const listening = feed.listen(news);
  try {
    await news.until(listening);
    for (let round = 0; !signal.aborted; round++) {
      const lookBack = round % DEEP_EVERY === 0 ? feed.lookBackSeconds : 0;
      const { payments, complete } = await news.until(feed.list(since - OVERLAP_SECONDS - lookBack));
      const heard = news.take();
      // What was there already when nobody had a cursor is not news, unless it came in meanwhile.
      if (round === 0 && cursor === null) markSeen(seen, payments, heard);
      for (const invoice of payments.toReversed().toSorted(byTime)) {
        if (complete) since = Math.max(since, invoice.settledAt);
        if (isNew(seen, invoice)) yield { invoice, cursor: String(since) };
      }
      forgetOld(seen, since - 2 * OVERLAP_SECONDS - feed.lookBackSeconds);
      const next = clock() + feed.pollMs();
      heard.push(...news.take());
      do {
        for (const invoice of heard) if (isNew(seen, invoice)) yield { invoice, cursor: String(since) };
        await news.wait(next - clock());
        heard.splice(0, heard.length, ...news.take());
      } while (heard.length > 0 && !signal.aborted);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    news.end();
    listening.then(
      (stop) => stop(),
      () => {},
    );
  }
}

function readCursor(cursor: string): number {
  return /^\d{1,12}$/.test(cursor) ? Number(cursor) : 0;
}

function byTime(a: SettledInvoice, b: SettledInvoice): number {
  return a.settledAt - b.settledAt;
}

function markSeen(
  seen: Map<string, number>,
  payments: readonly SettledInvoice[],
  heard: readonly SettledInvoice[],
): void {
  for (const { paymentHash, settledAt } of payments)
    if (!heard.some((invoice) => invoice.paymentHash === paymentHash)) seen.set(paymentHash, settledAt);
}

function isNew(seen: Map<string, number>, { paymentHash, settledAt }: SettledInvoice): boolean {
  if (seen.has(paymentHash)) return false;
  seen.set(paymentHash, settledAt);
  return true;
}

function forgetOld(seen: Map<string, number>, before: number): void {
  for (const [paymentHash, settledAt] of seen) if (settledAt < before) seen.delete(paymentHash);
}

/** Collects what a feed tells while nobody waits, and wakes who does: one at a time. */
class News implements SettlementListener {
  readonly #signal: AbortSignal;
  readonly #heard: SettledInvoice[] = [];
  readonly #onAbort = () => this.onLost(new Error("Nobody listens"));
  #failure: Error | undefined;
  #fresh = false;
  #wake: () => void = () => {};
  #fail: (error: Error) => void = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort);
  }

  onPayment(invoice: SettledInvoice): void {
    this.#heard.push(invoice);
    this.#wake();
  }

  onNews(): void {
    this.#fresh = true;
    this.#wake();
  }

  onLost(error: Error): void {
    this.#failure ??= error;
    this.#fail(this.#failure);
  }

  take(): SettledInvoice[] {
    return this.#heard.splice(0);
  }

  /** @throws what the connection broke with. */
  until<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      if (this.#failure !== undefined) reject(this.#failure);
      work.then(resolve, reject);
    });
  }

  /** Until something is heard, or the time is up. */
  async wait(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.max(0, ms));
      if (this.#heard.length > 0 || this.#fresh) resolve();
    });
    try {
      await this.until(woken);
    } finally {
      this.#fresh = false;
      clearTimeout(timer);
    }
  }

  end(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
