import type { Receipt } from "@x402-paywall/core";
import type { AtomicStore, RequestEvent } from "../store.ts";
import { createMemoryEntitlements } from "./memory-entitlements.ts";
import { createMemoryHolds } from "./memory-holds.ts";
import { createMemoryPayments, type LedgerEntry } from "./memory-payments.ts";
import { createMemoryRecords } from "./memory-records.ts";

export type { LedgerEntry } from "./memory-payments.ts";

/** An {@link AtomicStore} for tests and single-process trials: gone when the process ends. */
export interface MemoryStore extends AtomicStore {
  ledger(): readonly LedgerEntry[];
  receipts(): readonly Receipt[];
  events(): readonly RequestEvent[];
  /** What a refund does to what was bought. */
  revoke(entitlementId: string): void;
}

/** @param now Milliseconds; the clock that leases run on. */
export function createMemoryStore(now: () => number = Date.now): MemoryStore {
  const entitlements = createMemoryEntitlements(now);
  const payments = createMemoryPayments(now, entitlements);
  return {
    atomic: true,
    ...payments,
    ...createMemoryHolds(now, entitlements),
    ...createMemoryRecords(now),
    findEntitlement: async (id) => entitlements.find(id),
    markServed: async (id) => {
      const paymentKey = entitlements.find(id)?.paymentKey;
      if (typeof paymentKey === "string") payments.markDelivered(paymentKey);
    },
    revoke: (id) => entitlements.revoke(id),
  };
}
