import type {
  Entitlement,
  HeaderList,
  MicroUsd,
  Mode,
  Msat,
  Quote,
  RailId,
  Receipt,
  Usage,
  WireId,
} from "@x402-paywall/core";

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
      /** The rail's, as `beginSettlement` wrote it. */
      readonly note: string | null;
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
  /** What was bought, where it is more than this one request. */
  readonly entitlement?: NewEntitlement;
}

/** An entitlement as a settlement writes it; with `topUp` it adds to the one that is there. */
export interface NewEntitlement extends Entitlement {
  /** `uses`: how many; else `null`. */
  readonly uses: number | null;
  /** `balance`: µUSD to draw upon; else 0. */
  readonly deposit: MicroUsd;
  /** A top-up: uses and deposit are added, and so many seconds are counted from now or from the present end. */
  readonly topUp?: { readonly seconds: number };
}

/** What is left of an entitlement. */
export interface EntitlementRecord extends Entitlement {
  readonly workspaceId: string;
  /** Of the payment that opened it. */
  readonly paymentKey: string | null;
  readonly usesLeft: number | null;
  readonly deposited: MicroUsd;
  readonly spent: MicroUsd;
  readonly held: MicroUsd;
  readonly revoked: boolean;
}

/** An upper bound reserved on an entitlement: money, a use, or both. */
export interface NewHold {
  /** `hld_…`; opening it again changes nothing. */
  readonly id: string;
  readonly entitlementId: string;
  readonly amount: MicroUsd;
  readonly uses: 0 | 1;
  /** Without a sign of life for so long, a sweeper settles it at what was reported last. */
  readonly leaseMs: number;
}

/** `available`: µUSD that can still be reserved. */
export type HoldOutcome =
  | { readonly outcome: "held"; readonly available: MicroUsd; readonly usesLeft: number | null }
  | { readonly outcome: "insufficient"; readonly available: MicroUsd; readonly usesLeft: number | null }
  | { readonly outcome: "expired" }
  /** No such entitlement, or it was refunded. */
  | { readonly outcome: "unknown" };

export interface HoldExtension {
  readonly id: string;
  /** Added to the hold; 0 only reports `captured` and prolongs the lease. */
  readonly amount: MicroUsd;
  /** Used so far: what a sweeper charges should this process die. */
  readonly captured: MicroUsd;
  readonly leaseMs: number;
}

export interface HoldSettlement {
  readonly id: string;
  /** At most the hold; what is above it is cut. */
  readonly captured: MicroUsd;
  /** 0 gives a reserved use back. */
  readonly uses: 0 | 1;
  readonly usage?: Usage;
}

/** What one request drew, as its payer may read it. */
export interface HoldRecord {
  readonly id: string;
  readonly entitlementId: string;
  readonly endpointId: string;
  readonly mode: Mode;
  readonly state: "held" | "settled" | "released";
  /** So far, or in the end. */
  readonly captured: MicroUsd;
  readonly usage: Usage | null;
  /** Unix seconds; `null` while it is held. */
  readonly settledAt: number | null;
}

/** An answer that the same payer gets again for the same key; empty where it only says whose the key is. */
export interface StoredAnswer {
  /** Base64url SHA-256 of what was paid with and the payer's key. */
  readonly key: string;
  readonly bindingHash: string;
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** What a reconciler needs of a payment whose lease ran out before it came to an end. */
export interface UnfinishedPayment extends PaymentRecord {
  readonly quote: Quote;
  readonly rail: RailId;
  readonly wire: WireId;
  readonly payer: string | null;
  /** The rail's, as `beginSettlement` wrote it. */
  readonly note: string | null;
  /** Unix seconds. */
  readonly updatedAt: number;
}

export interface PaymentRecord {
  readonly paymentKey: string;
  readonly state: PaymentState;
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly quoteId: string;
  /** Of the quote; once it settled, what was charged. */
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
  /** What was quoted, so that a payment counts also where nobody ever presents it; `null` where the wallet does not know (TEST). */
  readonly quote: Quote | null;
  /** The node that made it; `null` in TEST. */
  readonly nodeId: string | null;
  /** Offered to one address more than once: only who shows the preimage is its payer. */
  readonly shared: boolean;
  /** `null`: not paid, as far as is known. */
  readonly paid: InvoicePayment | null;
}

export interface InvoicePayment {
  readonly receivedMsat: Msat;
  /** Unix seconds. */
  readonly at: number;
  /** See `sealPreimage`; `null` where the node did not tell. */
  readonly sealedPreimage: string | null;
}

export interface FreeUse {
  readonly endpointId: string;
  readonly routeId: string | null;
  readonly payer: string;
  /** `2026-11-24`, UTC. */
  readonly day: string;
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
  /**
   * Records the intent before the rail is asked to move money, and what the rail needs to find the payment again: at most
   * 1 kB; without a note the former one stays. False: the lease was lost.
   */
  beginSettlement(ref: ClaimRef, note?: string): Promise<boolean>;
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
  /** Idempotent on the payment hash: what is known stays, and `paid` is added once. `shared` stays true. */
  saveInvoice(invoice: InvoiceRecord): Promise<void>;
  findInvoice(paymentHash: string): Promise<InvoiceRecord | undefined>;
  /**
   * A payment that settled before anybody asked for anything (its money was noticed, nothing was served) buys this. False:
   * the lease was lost, something was served, or it bought one already.
   */
  spendSettled(ref: ClaimRef, entitlement: NewEntitlement): Promise<boolean>;
  findEntitlement(id: string): Promise<EntitlementRecord | undefined>;
  /** Reserves on an entitlement, in one statement with the check that there is enough. */
  openHold(hold: NewHold): Promise<HoldOutcome>;
  /** `insufficient` still reports and prolongs; `lost`: settled or swept already. */
  extendHold(extension: HoldExtension): Promise<"extended" | "insufficient" | "lost">;
  /** Charges what was used and returns the rest. Once: repeating it changes nothing. */
  settleHold(settlement: HoldSettlement): Promise<"settled" | "lost">;
  findHold(id: string): Promise<HoldRecord | undefined>;
  /** Settles holds whose process died, at what was reported last; a use counts as used. Returns how many. */
  sweepHolds(limit: number): Promise<number>;
  /** Counts one free request of a payer today, unless the limit is reached. `payer`: an opaque key. */
  takeFreeUse(use: FreeUse & { readonly limit: number }): Promise<boolean>;
  /** Nothing was served. */
  returnFreeUse(use: FreeUse): Promise<void>;
  /** Keeps an answer; the first one of a key stays. */
  saveAnswer(answer: StoredAnswer): Promise<void>;
  findAnswer(key: string): Promise<StoredAnswer | undefined>;
  /** Open payments whose lease ended so long ago, oldest first. */
  listUnfinished(query: {
    readonly olderThanMs: number;
    readonly limit: number;
  }): Promise<readonly UnfinishedPayment[]>;
  /** An entitlement was used for the first time: its payment is delivered. Idempotent. */
  markServed(entitlementId: string): Promise<void>;
  recordEvents(events: readonly RequestEvent[]): Promise<void>;
}

/** A store that writes down money which arrived and which nobody has presented. */
export interface CreditStore extends AtomicStore {
  /**
   * Claim, settlement and release in one transaction, so that a presentation of the same payment never finds it taken by
   * this. `held`: a presentation is at it. `known`: settled already, or paid for another quote. @param short Less arrived
   * than was quoted: it buys nothing and is due back to its payer.
   */
  credit(credit: Credit): Promise<"credited" | "held" | "known">;
}

export interface Credit {
  readonly claim: Omit<NewClaim, "owner" | "leaseMs">;
  readonly record: SettlementRecord;
  readonly short: boolean;
}
