/** Four records of the same storm, kept by parties that do not know of each other. */
export interface Histories {
  readonly payers: readonly PayerRecord[];
  readonly rail: RailRecord;
  readonly books: Books;
  /** How often the upstream ran for a payment key, and how often its run ended well. */
  readonly upstream: ReadonlyMap<string, UpstreamRuns>;
  /** When gateway processes died: an answer that went out just before may not have been written down. */
  readonly deaths: readonly GatewayDeath[];
}

export interface PayerRecord {
  /** What the payer bought and with what. */
  readonly credential: Credential;
  readonly answers: readonly Answer[];
  /** `served`: a whole 200 arrived; `refused`: told for good, and never served; `gave-up`: the patience ran out. */
  readonly ending: "served" | "refused" | "gave-up";
}

export interface Credential {
  readonly name: string;
  readonly wire: "x402" | "l402" | "mpp";
  readonly paymentKey: string;
  readonly slug: string;
  /** µUSD. */
  readonly amount: bigint;
  /** Unix milliseconds: after it nobody can settle it. */
  readonly goodUntil?: number;
  /** It is to be refused in the end, and then nothing of it may ever move. */
  readonly refused?: true;
}

/** One presentation of a credential, and all that came back. Times are Unix milliseconds. */
export interface Answer {
  readonly startedAt: number;
  readonly endedAt: number;
  /** 0: no answer at all. */
  readonly status: number;
  /** Of a problem document. */
  readonly code?: string;
  readonly receiptId?: string;
  /** The body arrived to its end. */
  readonly complete: boolean;
  readonly bytes: number;
  /** The endpoint that the body says it is from. */
  readonly origin?: string;
  /** The gateway process that was asked. */
  readonly gateway: string;
  /** Presented for another resource than it was bought for. */
  readonly elsewhere?: string;
}

export interface RailRecord {
  readonly charges: readonly Charge[];
  /** Settlements that were asked for again although the charge had been made: a rail that forgets would charge twice. */
  readonly repeats: readonly { readonly paymentKey: string; readonly at: number }[];
}

export interface Charge {
  readonly paymentKey: string;
  readonly at: number;
  /** µUSD; negative where it was paid back. */
  readonly amount: bigint;
}

/** What is written in Postgres. Amounts are µUSD. */
export interface Books {
  readonly receipts: readonly ReceiptRow[];
  readonly payments: ReadonlyMap<string, PaymentRow>;
  /** What the dashboard shows: sum of the hourly sums, less refunds. */
  readonly dashboardRevenue: bigint;
  readonly ledgerRevenue: bigint;
  readonly refunds: bigint;
  /** Transactions of the ledger that do not add up to zero. */
  readonly unbalanced: readonly string[];
}

export interface ReceiptRow {
  readonly id: string;
  readonly paymentKey: string;
  readonly amount: bigint;
  /** Unix milliseconds, of the database. */
  readonly writtenAt: number;
}

export interface PaymentRow {
  readonly state: string;
  readonly refunded: bigint;
  /** It bought an entitlement that can be drawn upon. */
  readonly credited: boolean;
}

export interface UpstreamRuns {
  readonly started: number;
  readonly succeeded: number;
}

export interface GatewayDeath {
  readonly gateway: string;
  readonly at: number;
}

/** A rule that was broken, with enough to find the case in the logs. */
export interface Violation {
  /** `I1` to `I7`, or the storm's own rule. */
  readonly rule: string;
  readonly subject: string;
  readonly detail: string;
}
