import type { Entitlement, Receipt } from "@x402-paywall/core";
import type {
  AtomicStore,
  ClaimOutcome,
  ClaimRef,
  InvoiceRecord,
  NewClaim,
  PaymentRecord,
  PaymentState,
  RequestEvent,
  SettlementRecord,
} from "../store.ts";

/** One side of a double entry, µUSD; the entries of one receipt add up to zero. */
export interface LedgerEntry {
  readonly receiptId: string;
  readonly account: string;
  readonly amount: bigint;
}

/** An {@link AtomicStore} for tests and single-process trials: gone when the process ends. */
export interface MemoryStore extends AtomicStore {
  ledger(): readonly LedgerEntry[];
  receipts(): readonly Receipt[];
  events(): readonly RequestEvent[];
}

/** @param now Milliseconds; the clock that leases run on. */
export function createMemoryStore(now: () => number = Date.now): MemoryStore {
  return new MemoryStoreImplementation(now);
}

interface Row {
  readonly paymentKey: string;
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly quoteId: string;
  readonly amount: bigint;
  state: PaymentState;
  owner: string | null;
  leaseUntil: number;
  receiptId: string | null;
  /** Spent on an entitlement: drawn upon through it, never claimed again. */
  spent: boolean;
  attempts: number;
}

const MAX_ATTEMPTS = 3;
const CLOSED: ReadonlySet<PaymentState> = new Set(["delivered", "refund-due", "refunded", "expired"]);

class MemoryStoreImplementation implements MemoryStore {
  readonly atomic = true;
  readonly #now: () => number;
  readonly #rows = new Map<string, Row>();
  readonly #receipts = new Map<string, { readonly receipt: Receipt; readonly jws: string }>();
  readonly #invoices = new Map<string, InvoiceRecord>();
  readonly #entitlements = new Map<string, { readonly entitlement: Entitlement; readonly row: Row }>();
  readonly #ledger: LedgerEntry[] = [];
  readonly #events: RequestEvent[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  async claim(claim: NewClaim): Promise<ClaimOutcome> {
    const row = this.#rows.get(claim.paymentKey);
    const leaseUntil = this.#now() + claim.leaseMs;
    if (row === undefined) {
      this.#rows.set(claim.paymentKey, newRow(claim, leaseUntil));
      return { outcome: "claimed", previous: null, receiptId: null, attempts: 0 };
    }
    if (row.quoteId !== claim.quote.id) return { outcome: "foreign" };
    if (CLOSED.has(row.state) || row.spent) return { outcome: "delivered", receiptId: row.receiptId };
    const left = row.leaseUntil - this.#now();
    if (row.owner !== null && left > 0) {
      return { outcome: "in-progress", retryAfter: Math.max(1, Math.ceil(left / 1000)) };
    }
    const previous = row.state;
    // What is known of the money survives a takeover: a crash after it must still lead to the rail being asked.
    if (previous === "released") row.state = "claimed";
    row.owner = claim.owner;
    row.leaseUntil = leaseUntil;
    return { outcome: "claimed", previous, receiptId: row.receiptId, attempts: row.attempts };
  }

  async renew(ref: ClaimRef, leaseMs: number): Promise<boolean> {
    const row = this.#owned(ref);
    if (row === undefined) return false;
    row.leaseUntil = this.#now() + leaseMs;
    return true;
  }

  async beginSettlement(ref: ClaimRef): Promise<boolean> {
    const row = this.#owned(ref);
    if (row === undefined || row.state === "settled") return false;
    row.state = "settling";
    return true;
  }

  async recordSettlement(ref: ClaimRef, record: SettlementRecord): Promise<boolean> {
    const row = this.#owned(ref);
    if (row === undefined) return false;
    if (row.state === "settled") return true;
    row.state = "settled";
    row.receiptId = record.receipt.id;
    this.#receipts.set(record.receipt.id, { receipt: record.receipt, jws: record.jws });
    const { id: receiptId, workspaceId, rail, amount } = record.receipt;
    this.#ledger.push(
      { receiptId, account: `rail:${rail}`, amount: -amount },
      { receiptId, account: `workspace:${workspaceId}`, amount },
    );
    if (record.entitlement !== undefined) {
      row.spent = true;
      this.#entitlements.set(record.entitlement.id, { entitlement: record.entitlement, row });
    }
    return true;
  }

  async markUnknown(ref: ClaimRef): Promise<boolean> {
    const row = this.#owned(ref);
    if (row === undefined || row.state === "settled") return false;
    row.state = "unknown";
    row.owner = null;
    return true;
  }

  async release(ref: ClaimRef): Promise<boolean> {
    const row = this.#owned(ref);
    if (row === undefined) return false;
    if (row.state !== "settled") row.state = "released";
    row.owner = null;
    return true;
  }

  async finish(
    ref: ClaimRef,
    outcome: { readonly complete: boolean },
  ): Promise<"delivered" | "reopenable" | "lost"> {
    const row = this.#owned(ref);
    if (row === undefined || row.state !== "settled") return "lost";
    row.attempts++;
    row.owner = null;
    if (!outcome.complete && row.attempts < MAX_ATTEMPTS) return "reopenable";
    row.state = "delivered";
    return "delivered";
  }

  async findPayment(paymentKey: string): Promise<PaymentRecord | undefined> {
    const row = this.#rows.get(paymentKey);
    if (row === undefined) return undefined;
    const { state, workspaceId, endpointId, quoteId, amount, receiptId, attempts } = row;
    return { paymentKey, state, workspaceId, endpointId, quoteId, amount, receiptId, attempts };
  }

  async findReceipt(id: string): Promise<{ readonly receipt: Receipt; readonly jws: string } | undefined> {
    return this.#receipts.get(id);
  }

  async saveInvoice(invoice: InvoiceRecord): Promise<void> {
    const known = this.#invoices.get(invoice.paymentHash);
    const row = known === undefined ? invoice : { ...known, preimage: known.preimage ?? invoice.preimage };
    this.#invoices.set(invoice.paymentHash, row);
  }

  async findInvoice(paymentHash: string): Promise<InvoiceRecord | undefined> {
    return this.#invoices.get(paymentHash);
  }

  async findEntitlement(id: string): Promise<Entitlement | undefined> {
    return this.#entitlements.get(id)?.entitlement;
  }

  async markServed(entitlementId: string): Promise<void> {
    const row = this.#entitlements.get(entitlementId)?.row;
    if (row?.state === "settled") row.state = "delivered";
  }

  async recordEvents(events: readonly RequestEvent[]): Promise<void> {
    this.#events.push(...events);
  }

  ledger(): readonly LedgerEntry[] {
    return this.#ledger;
  }

  receipts(): readonly Receipt[] {
    return [...this.#receipts.values()].map(({ receipt }) => receipt);
  }

  events(): readonly RequestEvent[] {
    return this.#events;
  }

  #owned(ref: ClaimRef): Row | undefined {
    const row = this.#rows.get(ref.paymentKey);
    return row?.owner === ref.owner ? row : undefined;
  }
}

function newRow(claim: NewClaim, leaseUntil: number): Row {
  const { paymentKey, workspaceId, quote, owner } = claim;
  return {
    paymentKey,
    workspaceId,
    endpointId: quote.endpointId,
    quoteId: quote.id,
    amount: quote.amount,
    state: "claimed",
    owner,
    leaseUntil,
    receiptId: null,
    spent: false,
    attempts: 0,
  };
}
