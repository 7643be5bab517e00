import type { CreditInvoiceContext } from "@x402-paywall/proxy";
import type { LightningNodes } from "@x402-paywall/proxy/rails/lightning";
import type { Pool } from "pg";

/** Milliseconds. */
export interface WatchTimes {
  /** A watcher that died is replaced after it. */
  readonly lease: number;
  /** Between two looks for nodes to watch. */
  readonly look: number;
  /** Between two rounds of asking for open invoices. */
  readonly sweep: number;
  /** A connection that is not heard of for so long is tried. */
  readonly ping: number;
  /** After a connection was made, until its events surely arrive. */
  readonly settle: number;
  /** After a payment, before it is written down unpresented: a payer's receipt names the wire that it presents by. */
  readonly present: number;
  /** Before what a presentation holds is tried again. */
  readonly retryHeld: number;
  /** Before the first try after a failure; doubled up to `slowestRetry`. */
  readonly firstRetry: number;
  readonly slowestRetry: number;
  /** A cursor is written down so long after its event. */
  readonly cursor: number;
}

/** A payment is written down within ten seconds, also after a watcher died or a node was away. */
export const WATCH_TIMES: WatchTimes = {
  lease: 5_000,
  look: 1_250,
  sweep: 30_000,
  ping: 10_000,
  settle: 2_000,
  present: 2_500,
  retryHeld: 1_000,
  firstRetry: 500,
  slowestRetry: 3_000,
  cursor: 500,
};

export interface WatchDeps {
  readonly pool: Pool;
  readonly nodes: LightningNodes;
  /** How money is written down. */
  readonly books: CreditInvoiceContext;
  readonly log: (message: string) => void;
  readonly logError: (message: string, error: unknown) => void;
  readonly times?: Partial<WatchTimes>;
}
