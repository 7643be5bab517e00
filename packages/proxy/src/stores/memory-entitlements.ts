import type { EntitlementRecord, NewEntitlement } from "../store.ts";

/** What is left, in the numbers that holds change. */
export interface MemoryBalance {
  usesLeft: number | null;
  deposited: bigint;
  spent: bigint;
  held: bigint;
  /** Unix seconds, with fractions after a top-up. */
  expiresAt: number;
  revoked: boolean;
}

interface Row extends MemoryBalance {
  readonly fixed: Pick<
    EntitlementRecord,
    "id" | "kind" | "mode" | "endpointId" | "scope" | "workspaceId" | "paymentKey"
  >;
}

export interface MemoryEntitlements {
  /** Opens one, or adds to one. */
  write(
    entitlement: NewEntitlement,
    payment: { readonly workspaceId: string; readonly paymentKey: string },
  ): void;
  find(id: string): EntitlementRecord | undefined;
  /** For holds to change. */
  balance(id: string): MemoryBalance | undefined;
  revoke(id: string): void;
}

/** @param now Milliseconds. */
export function createMemoryEntitlements(now: () => number): MemoryEntitlements {
  const rows = new Map<string, Row>();
  return {
    write: (entitlement, payment) => {
      const { uses, deposit, topUp, expiresAt, ...fixed } = entitlement;
      if (topUp === undefined) {
        rows.set(entitlement.id, {
          fixed: { ...fixed, ...payment },
          usesLeft: uses,
          deposited: deposit,
          spent: 0n,
          held: 0n,
          expiresAt,
          revoked: false,
        });
        return;
      }
      const row = rows.get(entitlement.id);
      if (row === undefined || row.revoked) return;
      row.deposited += deposit;
      if (row.usesLeft !== null) row.usesLeft += uses ?? 0;
      row.expiresAt = Math.max(row.expiresAt, now() / 1000) + topUp.seconds;
    },
    find: (id) => {
      const row = rows.get(id);
      if (row === undefined) return undefined;
      const { fixed, expiresAt, ...rest } = row;
      return { ...fixed, ...rest, expiresAt: Math.floor(expiresAt) };
    },
    balance: (id) => rows.get(id),
    revoke: (id) => {
      const row = rows.get(id);
      if (row !== undefined) row.revoked = true;
    },
  };
}
