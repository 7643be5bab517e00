import { LightningNodeError, type NodeFailure } from "@x402-paywall/proxy/rails/lightning";

export interface HealthLog {
  log(message: string): void;
  logError(message: string, error: unknown): void;
  /** For whoever looks at the node's page. */
  note(failure: NodeFailure): void;
}

/** The same is not said again within it, however often it happens. Milliseconds. */
const QUIET_MS = 60_000;

/** Says that a node went away and that it is back, each once, however often it is tried in between. */
export class NodeHealth {
  readonly #nodeId: string;
  readonly #out: HealthLog;
  readonly #saidAt = new Map<string, number>();
  #awaySince: number | undefined;

  constructor(nodeId: string, out: HealthLog) {
    this.#nodeId = nodeId;
    this.#out = out;
  }

  fail(error: unknown): void {
    const now = Date.now();
    const failure = error instanceof LightningNodeError ? error.failure : undefined;
    if (failure !== undefined) this.#out.note(failure);
    const kind = failure ?? "books";
    if (now - (this.#saidAt.get(kind) ?? -Infinity) < QUIET_MS) return;
    this.#saidAt.set(kind, now);
    if (failure !== undefined) this.#awaySince ??= now;
    const what = failure === undefined ? "cannot be written down for" : `is away (${failure})`;
    this.#out.logError(`lightning: node ${this.#nodeId} ${what}; it is tried again until that works`, error);
  }

  succeed(): void {
    if (this.#awaySince === undefined) return;
    const seconds = Math.round((Date.now() - this.#awaySince) / 1000);
    this.#awaySince = undefined;
    this.#out.log(`lightning: node ${this.#nodeId} is back after ${seconds} s`);
  }
}
