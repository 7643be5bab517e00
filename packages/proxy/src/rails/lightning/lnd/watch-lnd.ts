import { LightningNodeError, type SettlementEvent } from "../backend.ts";
import { type LndInvoice, readSettled } from "./lnd-invoice.ts";
import type { LndLink, LndStream } from "./lnd-link.ts";
import { lndMethods } from "./lnd-methods.ts";
import { SettleProgress } from "./settle-progress.ts";

/** How long a missing settle index may be late before lnd's books are read again from there on. */
const GAP_MS = 2_000;
/** Above all there are, so that lnd does not tell of each invoice that is made; one less than its databases can hold. */
const NO_NEW_INVOICES = "9223372036854775806";

/** Settlements of an lnd, as `LightningBackend.subscribe` has them: a cursor is a settle index. */
export async function* watchLnd(
  link: LndLink,
  cursor: string | null,
  signal: AbortSignal,
): AsyncGenerator<SettlementEvent> {
  const progress = new SettleProgress(cursor);
  while (!signal.aborted) {
    const request = { add_index: NO_NEW_INVOICES, settle_index: progress.cursor };
    // oxlint-disable-next-line no-await-in-loop
    const stream = await link.listen(lndMethods.subscribeInvoices, request);
    const stop = (): void => stream.answers.cancel();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      yield* readStream(stream, progress);
    } catch (error) {
      if (!signal.aborted) throw stream.fail(error);
    } finally {
      signal.removeEventListener("abort", stop);
      stop();
    }
  }
}

/** Until it breaks, or has a gap for too long. */
async function* readStream(
  { answers }: LndStream<LndInvoice>,
  progress: SettleProgress,
): AsyncGenerator<SettlementEvent> {
  // What was seen before comes out of the books first, in order.
  const replayed = progress.last;
  const iterator: AsyncIterator<LndInvoice> = answers[Symbol.asyncIterator]();
  let gapSince: number | undefined;
  for (;;) {
    gapSince = progress.hasGap ? (gapSince ?? Date.now()) : undefined;
    // oxlint-disable-next-line no-await-in-loop
    const next = await nextWithin(iterator, gapSince === undefined ? undefined : gapSince + GAP_MS);
    if (next === undefined) return;
    if (next.done === true) throw new LightningNodeError("unreachable", "lnd ended the subscription");
    const index = BigInt(next.value.settle_index);
    const invoice = readSettled(next.value);
    // Reusable (AMP) invoices stay open and are paid by other hashes: none of ours.
    if (invoice === undefined || index === 0n) continue;
    if (progress.take(index, index <= replayed)) yield { invoice, cursor: progress.cursor };
  }
}

/** The next answer; `undefined` where it does not come in time (Unix milliseconds). */
async function nextWithin(
  iterator: AsyncIterator<LndInvoice>,
  until: number | undefined,
): Promise<IteratorResult<LndInvoice> | undefined> {
  const next = iterator.next();
  if (until === undefined) return next;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    // What is there already comes before any timer.
    timer = setTimeout(() => resolve(undefined), Math.max(10, until - Date.now()));
  });
  next.catch(() => {});
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
}
