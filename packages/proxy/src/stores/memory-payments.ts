import type { Receipt } from "@x402-paywall/core";
import type { AtomicStore, ClaimOutcome, ClaimRef, NewClaim, PaymentRecord, PaymentState } from "../store.ts";
import type { MemoryEntitlements } from "./memory-entitlements.ts";

/** One side of a double entry, µUSD; the entries of one receipt add up to zero. */
export interface LedgerEntry {
  readonly receiptId: string;
  readonly account: string;
  readonly amount: bigint;
}

type Payments = Pick<
  AtomicStore,
  | "claim"
  | "renew"
  | "beginSettlement"
  | "recordSettlement"
  | "spendSettled"
  | "markUnknown"
  | "release"
  | "finish"
  | "findPayment"
  | "findReceipt"
  | "listUnfinished"
>;

export interface MemoryPayments extends Payments {
  ledger(): readonly LedgerEntry[];
  receipts(): readonly Receipt[];
  /** What was bought with it is used for the first time. */
  markDelivered(paymentKey: string): void;
}

interface Row {
  readonly claim: NewClaim;
  state: PaymentState;
  owner: string | null;
  /** Milliseconds, as `updatedAt`. */
  leaseUntil: number;
  updatedAt: number;
  charged: bigint | null;
  receiptId: string | null;
  /** Spent on an entitlement: drawn upon through it, never claimed again. */
  spent: boolean;
  attempts: number;
  note: string | null;
}

const MAX_ATTEMPTS = 3;
const CLOSED: ReadonlySet<PaymentState> = new Set(["delivered", "refund-due", "refunded", "expired"]);
const UNFINISHED: ReadonlySet<PaymentState> = new Set(["claimed", "settling", "unknown"]);

/** @param now Milliseconds. */
export function createMemoryPayments(now: () => number, entitlements: MemoryEntitlements): MemoryPayments {
  const rows = new Map<string, Row>();
  const receipts = new Map<string, { readonly receipt: Receipt; readonly jws: string }>();
  const ledger: LedgerEntry[] = [];

  const change = createChange(rows, now);
  return {
    claim: async (claim) => {
      const row = rows.get(claim.paymentKey);
      if (row !== undefined) return claimAgain(row, claim, now());
      rows.set(claim.paymentKey, newRow(claim, now()));
      return { outcome: "claimed", previous: null, receiptId: null, attempts: 0, note: null };
    },
    ...transitionsOf(change, now),
    recordSettlement: (ref, { receipt, jws, entitlement }) =>
      change(ref, false, (row) => {
        if (row.state === "settled") return true;
        row.state = "settled";
        row.receiptId = receipt.id;
        row.charged = receipt.amount;
        receipts.set(receipt.id, { receipt, jws });
        const { id: receiptId, workspaceId, paymentKey, rail, amount } = receipt;
        ledger.push(
          { receiptId, account: `rail:${rail}`, amount: -amount },
          { receiptId, account: `workspace:${workspaceId}`, amount },
        );
        if (entitlement !== undefined) {
          row.spent = true;
          entitlements.write(entitlement, { workspaceId, paymentKey });
        }
        return true;
      }),
    spendSettled: (ref, entitlement) =>
      change(ref, false, (row) => {
        if (row.state !== "settled" || row.spent || row.attempts > 0) return false;
        row.spent = true;
        entitlements.write(entitlement, row.claim);
        return true;
      }),
    findPayment: async (paymentKey) => {
      const row = rows.get(paymentKey);
      return row && toRecord(row);
    },
    findReceipt: async (id) => receipts.get(id),
    listUnfinished: async ({ olderThanMs, limit }) =>
      [...rows.values()]
        .filter((row) => UNFINISHED.has(row.state) && row.leaseUntil < now() - olderThanMs)
        .toSorted((one, other) => one.leaseUntil - other.leaseUntil)
        .slice(0, Math.max(0, limit))
        .map((row) => {
          const { quote, rail, wire, payer = null } = row.claim;
          const { note, updatedAt } = row;
          return { ...toRecord(row), quote, rail, wire, payer, note, updatedAt: updatedAt / 1000 };
        }),
    ledger: () => ledger,
    receipts: () => [...receipts.values()].map(({ receipt }) => receipt),
    markDelivered: (paymentKey) => {
      const row = rows.get(paymentKey);
      if (row?.state !== "settled") return;
      row.state = "delivered";
      row.owner = null;
    },
  };
}

/** Changes a row for whoever holds its lease. */
type Change = <T>(ref: ClaimRef, lost: T, work: (row: Row) => T) => Promise<T>;

function createChange(rows: ReadonlyMap<string, Row>, now: () => number): Change {
  return async (ref, lost, work) => {
    const row = rows.get(ref.paymentKey);
    if (row === undefined || row.owner !== ref.owner) return lost;
    row.updatedAt = now();
    return work(row);
  };
}

type Transitions = Pick<Payments, "renew" | "beginSettlement" | "markUnknown" | "release" | "finish">;

function transitionsOf(change: Change, now: () => number): Transitions {
  return {
    renew: (ref, leaseMs) =>
      change(ref, false, (row) => {
        row.leaseUntil = now() + leaseMs;
        return true;
      }),
    beginSettlement: (ref, note) =>
      change(ref, false, (row) => {
        if (row.state === "settled") return false;
        row.state = "settling";
        row.note = note ?? row.note;
        return true;
      }),
    markUnknown: (ref) =>
      change(ref, false, (row) => {
        if (row.state === "settled") return false;
        row.state = "unknown";
        row.owner = null;
        return true;
      }),
    release: (ref) =>
      change(ref, false, (row) => {
        if (row.state !== "settled") row.state = "released";
        row.owner = null;
        return true;
      }),
    finish: (ref, { complete }) =>
      change<"delivered" | "reopenable" | "lost">(ref, "lost", (row) => {
        if (row.state !== "settled") return "lost";
        row.attempts++;
        row.owner = null;
        if (!complete && row.attempts < MAX_ATTEMPTS) return "reopenable";
        row.state = "delivered";
        return "delivered";
      }),
  };
}

function claimAgain(row: Row, claim: NewClaim, now: number): ClaimOutcome {
  if (row.claim.quote.id !== claim.quote.id) return { outcome: "foreign" };
  if (CLOSED.has(row.state) || row.spent) return { outcome: "delivered", receiptId: row.receiptId };
  const left = row.leaseUntil - now;
  if (row.owner !== null && left > 0) {
    return { outcome: "in-progress", retryAfter: Math.max(1, Math.ceil(left / 1000)) };
  }
  const previous = row.state;
  // What is known of the money survives a takeover: a crash after it must still lead to the rail being asked.
  if (previous === "released") row.state = "claimed";
  row.owner = claim.owner;
  row.leaseUntil = now + claim.leaseMs;
  row.updatedAt = now;
  return { outcome: "claimed", previous, receiptId: row.receiptId, attempts: row.attempts, note: row.note };
}

function newRow(claim: NewClaim, now: number): Row {
  return {
    claim,
    state: "claimed",
    owner: claim.owner,
    leaseUntil: now + claim.leaseMs,
    updatedAt: now,
    receiptId: null,
    charged: null,
    spent: false,
    attempts: 0,
    note: null,
  };
}

function toRecord({ claim, state, receiptId, attempts, charged }: Row): PaymentRecord {
  const { paymentKey, workspaceId, quote } = claim;
  const { endpointId, id: quoteId } = quote;
  const amount = charged ?? quote.amount;
  return { paymentKey, state, workspaceId, endpointId, quoteId, amount, receiptId, attempts };
}
