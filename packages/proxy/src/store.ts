import type { Entitlement, MicroUsd, Mode, Quote, RailId, Receipt, WireId } from "@x402-paywall/core";

/**
 * States of a payment (a row says what it is; a reconciler finishes what a crash left):
 * `claimed → settling → settled → delivered`, beside them `unknown` (outcome of the money not known), `released`
 * (claimed, nothing moved, the credential is still good) and `refund-due`/`refunded`/`expired`.
 */
export type PaymentState =
  | "claimed"
  | "settling"
  | "settled"
  | "delivered"
  | "unknown"
  | "released"
  | "refund-due"
  | "refunded"
  | "expired";

/** Takes a payment key for one request, before anything else happens. */
export interface NewClaim {
  readonly paymentKey: string;
  /** Random, new for each presentation; later updates must carry it. */
  readonly owner: string;
  /** The lease runs on the store's clock. */
  readonly leaseMs: number;
  readonly workspaceId: string;
  readonly quote: Quote;
  readonly rail: RailId;
  readonly wire: WireId;
  readonly payer?: string;
}

export type ClaimOutcome =
  /**
   * Ours. `previous` is what the row was before; `null` for a first presentation. A takeover of `settling` or `unknown`
   * must ask the rail's status first. `attempts`: answers that went out so far (calls of `finish`); a claim adds none.
   */
  | {
      readonly outcome: "claimed";
      readonly previous: PaymentState | null;
      readonly receiptId: string | null;
      readonly attempts: number;
    }
  /** Another request holds the lease. `retryAfter` in seconds, at least 1. */
  | { readonly outcome: "in-progress"; readonly retryAfter: number }
  /** Used up: delivered, or spent on an entitlement (which is drawn upon through its own credential, never again here). */
  | { readonly outcome: "delivered"; readonly receiptId: string | null }
  /** The key was first claimed for another quote: an honest client never gets here. */
  | { readonly outcome: "foreign" };

export interface ClaimRef {
  readonly paymentKey: string;
  readonly owner: string;
}

/** Everything that a settled payment leaves behind, written in one transaction. */
export interface SettlementRecord {
  readonly receipt: Receipt;
  /** Compact JWS of the receipt. */
  readonly jws: string;
  /** For a browser's purchase. */
  readonly entitlement?: Entitlement;
}

export interface PaymentRecord {
  readonly paymentKey: string;
  readonly state: PaymentState;
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly quoteId: string;
  readonly amount: MicroUsd;
  readonly receiptId: string | null;
  readonly attempts: number;
}

/** An offer that was issued and stored, because its payment is noticed before its credential arrives. */
export interface InvoiceRecord {
  readonly paymentHash: string;
  readonly bolt11: string;
  readonly quoteId: string;
  readonly endpointId: string;
  readonly workspaceId: string;
  readonly mode: Mode;
  readonly amount: MicroUsd;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly preimage: string | null;
}

/** One answered request, for analytics. Holds no money and may lose the last second in a crash. */
export interface RequestEvent {
  readonly at: number;
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly kind: "challenge" | "paid" | "access" | "free" | "refused" | "failed";
  readonly client: "person" | "agent" | "scanner";
  readonly wire: WireId | null;
  readonly receiptId: string | null;
  readonly bytesOut: number;
  readonly durationMs: number;
}

/**
 * Where claims, receipts and the ledger live. `atomic` is part of the type: a store that cannot claim in one step
 * cannot be passed where money is decided.
 */
export interface AtomicStore {
  readonly atomic: true;
  claim(claim: NewClaim): Promise<ClaimOutcome>;
  /** Prolongs the lease of an answer that still streams. False: the lease was lost. */
  renew(ref: ClaimRef, leaseMs: number): Promise<boolean>;
  /** Records the intent before the rail is asked to move money. False: the lease was lost. */
  beginSettlement(ref: ClaimRef): Promise<boolean>;
  /** State, receipt, ledger, rollup and entitlement in one transaction. Repeating it changes nothing. False: the lease was lost. */
  recordSettlement(ref: ClaimRef, record: SettlementRecord): Promise<boolean>;
  /** The rail's outcome is not known: ends the lease; the next claim is told `previous: "unknown"` and asks the rail. */
  markUnknown(ref: ClaimRef): Promise<boolean>;
  /** Ends the lease: nothing was charged (`released`), or what was charged is not served yet (stays `settled`). */
  release(ref: ClaimRef): Promise<boolean>;
  /** The answer went out: counts an attempt, ends the lease. Incomplete answers may be opened again until `attempts` reaches 3. */
  finish(
    ref: ClaimRef,
    outcome: { readonly complete: boolean },
  ): Promise<"delivered" | "reopenable" | "lost">;
  findPayment(paymentKey: string): Promise<PaymentRecord | undefined>;
  findReceipt(id: string): Promise<{ readonly receipt: Receipt; readonly jws: string } | undefined>;
  /** Idempotent on the payment hash; a preimage, once known, stays. */
  saveInvoice(invoice: InvoiceRecord): Promise<void>;
  findInvoice(paymentHash: string): Promise<InvoiceRecord | undefined>;
  findEntitlement(id: string): Promise<Entitlement | undefined>;
  /** An entitlement was used for the first time: its payment is delivered. Idempotent. */
  markServed(entitlementId: string): Promise<void>;
  recordEvents(events: readonly RequestEvent[]): Promise<void>;
}
