import { setTimeout as sleep } from "node:timers/promises";
import {
  type LightningBackend,
  LightningNodeError,
  type SettlementEvent,
} from "@x402-paywall/proxy/rails/lightning";
import type { InvoicePosition } from "../store/invoices.ts";
import { CursorKeeper } from "./cursor-keeper.ts";
import { Handover } from "./handover.ts";
import { NodeHealth } from "./node-health.ts";
import { noteFailure, noteSeen, storeCursor, type WatchedNode } from "./node-rows.ts";
import { type Arrivals, createArrivals } from "./record-arrival.ts";
import { sweepInvoices } from "./sweep-invoices.ts";
import { WATCH_TIMES, type WatchDeps, type WatchTimes } from "./watch-deps.ts";

/** No invoice has this payment hash: asking for it shows that the node answers. */
const NO_INVOICE = "0".repeat(64);
/** A subscription that does not end when it is told to is left behind. */
const END_MS = 2_000;
/** Settlements that are heard and not written down yet. */
const HEARD_AHEAD = 1_000;

/**
 * Reads the settlements of one node until the signal aborts: what it reports as it happens, and what it did not report by
 * asking for it. Both are written down by the same idempotent credit, so that neither has to know of the other.
 * @param watcher Whose lease it is.
 */
export async function watchNode(
  node: WatchedNode,
  watcher: string,
  deps: WatchDeps,
  signal: AbortSignal,
): Promise<void> {
  await new NodeWatch(node, watcher, deps).run(signal);
}

class NodeWatch {
  readonly #of: { readonly nodeId: string; readonly watcher: string };
  readonly #deps: WatchDeps;
  readonly #times: WatchTimes;
  readonly #cursor: CursorKeeper;
  readonly #health: NodeHealth;
  readonly #arrivals: Arrivals;
  #seenAt: number;
  #heardAt = 0;

  constructor({ id: nodeId, cursor, seenAt }: WatchedNode, watcher: string, deps: WatchDeps) {
    const { pool, books, logError } = deps;
    this.#of = { nodeId, watcher };
    this.#deps = deps;
    this.#times = { ...WATCH_TIMES, ...deps.times };
    this.#seenAt = seenAt;
    this.#arrivals = createArrivals(nodeId, { books, presentMs: this.#times.present }, logError);
    this.#cursor = new CursorKeeper(cursor, {
      store: (next) => storeCursor(pool, this.#of, next),
      afterMs: this.#times.cursor,
      onError: (error) => this.#health.fail(error),
    });
    this.#health = new NodeHealth(nodeId, {
      ...deps,
      note: (failure) => void noteFailure(pool, this.#of, failure).catch(() => {}),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = Date.now();
      try {
        // oxlint-disable-next-line no-await-in-loop
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) break;
        this.#health.fail(error);
      }
      const { firstRetry, slowestRetry } = this.#times;
      failures = Date.now() - startedAt > slowestRetry ? 0 : failures + 1;
      // oxlint-disable-next-line no-await-in-loop
      await pause(Math.min(slowestRetry, firstRetry * 2 ** Math.max(0, Math.min(failures, 16) - 1)), signal);
    }
    await this.#cursor.flush();
  }

  /** One connection, until it breaks. */
  async #follow(signal: AbortSignal): Promise<void> {
    const backend = await this.#deps.nodes.find(this.#of.nodeId);
    if (backend === undefined) throw new LightningNodeError("unreachable", "It is not connected any more");
    const session = new AbortController();
    const both = AbortSignal.any([signal, session.signal]);
    const heard = new Handover<SettlementEvent>(HEARD_AHEAD);
    const parts = [
      this.#readEvents(backend, heard, both),
      this.#writeEvents(heard, both),
      this.#askAgain(backend, both),
      this.#retryHeld(both),
    ];
    try {
      await Promise.race(parts);
    } finally {
      session.abort();
      await Promise.race([Promise.allSettled(parts), sleep(END_MS, undefined, { ref: false })]);
      await this.#cursor.flush();
    }
  }

  /** Marked as it is heard: whoever waits for a payment must not wait until the one before is written down. */
  async #readEvents(
    backend: LightningBackend,
    heard: Handover<SettlementEvent>,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const event of backend.subscribe(this.#cursor.latest, signal)) {
      await this.#arrivals.noteSettled(event.invoice);
      await heard.give(event, signal);
      this.#heardAt = Date.now();
    }
    if (!signal.aborted) throw new LightningNodeError("unreachable", "The node ended the subscription");
  }

  /** In their order. What is not written down when the connection ends is heard again. */
  async #writeEvents(heard: Handover<SettlementEvent>, signal: AbortSignal): Promise<void> {
    for await (const { invoice, cursor } of heard.take(signal)) {
      await this.#arrivals.recordSettled(invoice, signal);
      this.#cursor.advance(cursor);
    }
  }

  /** All that is open when it was away, and once more when its events surely arrive; then a round at a time. */
  async #askAgain(backend: LightningBackend, signal: AbortSignal): Promise<void> {
    const { ping, sweep, settle } = this.#times;
    await this.#ping(backend);
    await this.#sweepAll(backend, signal);
    await pause(settle, signal);
    await this.#sweepAll(backend, signal);
    let after: InvoicePosition | null = null;
    for (let sweptAt = Date.now(); !signal.aborted;) {
      // oxlint-disable-next-line no-await-in-loop
      await pause(Math.min(ping, sweep), signal);
      if (Date.now() - sweptAt >= sweep) {
        sweptAt = Date.now();
        // oxlint-disable-next-line no-await-in-loop
        after = await this.#sweep(backend, after, signal);
        // oxlint-disable-next-line no-await-in-loop
        await this.#see();
      }
      // oxlint-disable-next-line no-await-in-loop
      if (Date.now() - this.#heardAt >= ping) await this.#ping(backend);
    }
  }

  async #retryHeld(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop
      await pause(this.#times.retryHeld, signal);
      // oxlint-disable-next-line no-await-in-loop
      await this.#arrivals.retryHeld();
    }
  }

  async #sweepAll(backend: LightningBackend, signal: AbortSignal): Promise<void> {
    let after: InvoicePosition | null = null;
    do {
      // oxlint-disable-next-line no-await-in-loop
      after = await this.#sweep(backend, after, signal);
    } while (after !== null && !signal.aborted);
    if (after === null) await this.#see();
  }

  #sweep(
    backend: LightningBackend,
    after: InvoicePosition | null,
    signal: AbortSignal,
  ): Promise<InvoicePosition | null> {
    const { pool, books } = this.#deps;
    const { nodeId } = this.#of;
    const { network } = books;
    const arrivals = this.#arrivals;
    return sweepInvoices(
      backend,
      { after, seenAt: this.#seenAt },
      { pool, nodeId, network, arrivals, signal },
    );
  }

  async #ping(backend: LightningBackend): Promise<void> {
    await backend.lookUp(NO_INVOICE);
    this.#heardAt = Date.now();
  }

  async #see(): Promise<void> {
    await noteSeen(this.#deps.pool, this.#of);
    this.#seenAt = Math.floor(Date.now() / 1000);
    this.#health.succeed();
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {});
}
