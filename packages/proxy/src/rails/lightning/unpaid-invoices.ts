import { PaywallError } from "@x402-paywall/core";

/** What is open at the same time; unpaid invoices leave when they expire. */
export interface UnpaidLimits {
  /** Of one address block. Default 100. */
  readonly perClient?: number;
  /** Default 2,000. */
  readonly perEndpoint?: number;
}

interface Open {
  /** Once it is made. */
  paymentHash?: string;
  readonly keys: readonly [client: string, endpoint: string];
  /** Unix seconds. */
  readonly expiresAt: number;
}

const PER_CLIENT = 100;
const PER_ENDPOINT = 2_000;
const RETRY_SECONDS = 30;

/**
 * How many invoices nobody has paid yet: who pays may have as many as it likes, who does not soon gets no more. Counted
 * by each process for itself.
 */
export class UnpaidInvoices {
  readonly #limits: readonly [client: number, endpoint: number];
  readonly #open = new Map<string, Open>();
  readonly #counts = new Map<string, number>();

  constructor({ perClient = PER_CLIENT, perEndpoint = PER_ENDPOINT }: UnpaidLimits = {}) {
    this.#limits = [perClient, perEndpoint];
  }

  /**
   * Takes a place, before the node is asked. @param id Of the quote. @throws PaywallError `rate_limited`
   */
  take(id: string, { client, endpoint, expiresAt }: UnpaidInvoice, now: number): void {
    this.#forgetExpired(now);
    const keys = [`c ${client}`, `e ${endpoint}`] as const;
    const full = keys.find((key, index) => this.#count(key) >= (this.#limits[index] ?? 0));
    if (full !== undefined) {
      const whose = full.startsWith("c") ? "Your address" : "This resource";
      throw new PaywallError("rate_limited", {
        detail: `${whose} has too many invoices that nobody has paid: pay one of them, or wait until they expire.`,
        retryAfter: RETRY_SECONDS,
      });
    }
    this.#open.set(id, { keys, expiresAt });
    for (const key of keys) this.#counts.set(key, this.#count(key) + 1);
  }

  /** The invoice of a place that was taken. */
  made(id: string, paymentHash: string): void {
    const open = this.#open.get(id);
    if (open !== undefined) open.paymentHash = paymentHash;
  }

  /** The oldest ones of a client or of an endpoint: another process may know that they are paid. */
  list(
    { client, endpoint }: Pick<UnpaidInvoice, "client" | "endpoint">,
    limit: number,
  ): readonly OpenInvoice[] {
    const found: OpenInvoice[] = [];
    for (const [id, { keys, paymentHash }] of this.#open) {
      if (found.length >= limit) break;
      const isOf = keys[0] === `c ${client}` || keys[1] === `e ${endpoint}`;
      if (isOf && paymentHash !== undefined) found.push({ id, paymentHash });
    }
    return found;
  }

  /** It was paid, or never made. */
  leave(id: string): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    this.#open.delete(id);
    for (const key of open.keys) {
      const left = this.#count(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Quotes live equally long: the oldest come first. */
  #forgetExpired(now: number): void {
    for (const [id, { expiresAt }] of this.#open) {
      if (expiresAt > now) return;
      this.leave(id);
    }
  }
}

export interface OpenInvoice {
  /** Of the quote. */
  readonly id: string;
  readonly paymentHash: string;
}

export interface UnpaidInvoice {
  /** Address block. */
  readonly client: string;
  readonly endpoint: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}
