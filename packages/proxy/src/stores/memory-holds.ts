import type { Usage } from "@x402-paywall/core";
import type { AtomicStore, HoldOutcome, HoldRecord, NewHold } from "../store.ts";
import type { MemoryBalance, MemoryEntitlements } from "./memory-entitlements.ts";

interface Hold {
  readonly entitlementId: string;
  readonly balance: MemoryBalance;
  amount: bigint;
  uses: 0 | 1;
  captured: bigint;
  /** Milliseconds. */
  leaseUntil: number;
  open: boolean;
  usage: Usage | null;
  /** Unix seconds. */
  settledAt: number | null;
}

type Holds = Pick<AtomicStore, "openHold" | "extendHold" | "settleHold" | "sweepHolds" | "findHold">;

/** @param now Milliseconds. */
export function createMemoryHolds(now: () => number, entitlements: MemoryEntitlements): Holds {
  const holds = new Map<string, Hold>();
  const isOver = (balance: MemoryBalance) => balance.expiresAt * 1000 <= now();
  const end = (hold: Hold, captured: bigint, uses: 0 | 1) => {
    const { balance, amount } = hold;
    hold.open = false;
    hold.settledAt = Math.floor(now() / 1000);
    hold.captured = lower(captured, amount);
    balance.held -= amount;
    balance.spent += hold.captured;
    if (uses < hold.uses) {
      hold.uses = uses;
      if (balance.usesLeft !== null) balance.usesLeft += 1;
    }
  };
  const open = (hold: NewHold): HoldOutcome => {
    const balance = entitlements.balance(hold.entitlementId);
    const known = holds.get(hold.id);
    if (known !== undefined) return { outcome: "held", ...left(known.balance) };
    if (balance === undefined || balance.revoked) return { outcome: "unknown" };
    if (isOver(balance)) return { outcome: "expired" };
    const enough =
      hold.amount <= available(balance) && (balance.usesLeft === null || hold.uses <= balance.usesLeft);
    if (!enough) return { outcome: "insufficient", ...left(balance) };
    const { id, amount, uses, leaseMs } = hold;
    holds.set(id, {
      entitlementId: hold.entitlementId,
      balance,
      amount,
      uses,
      captured: 0n,
      leaseUntil: now() + leaseMs,
      open: true,
      usage: null,
      settledAt: null,
    });
    balance.held += amount;
    if (balance.usesLeft !== null) balance.usesLeft -= uses;
    return { outcome: "held", ...left(balance) };
  };
  return {
    openHold: async (hold) => open(hold),
    extendHold: async ({ id, amount, captured, leaseMs }) => {
      const hold = holds.get(id);
      if (hold === undefined || !hold.open) return "lost";
      const { balance } = hold;
      const granted = amount === 0n || (!balance.revoked && !isOver(balance) && amount <= available(balance));
      if (granted) {
        hold.amount += amount;
        balance.held += amount;
      }
      if (captured > hold.captured) hold.captured = lower(captured, hold.amount);
      hold.leaseUntil = now() + leaseMs;
      return granted ? "extended" : "insufficient";
    },
    settleHold: async ({ id, captured, uses, usage }) => {
      const hold = holds.get(id);
      if (hold === undefined || !hold.open) return "lost";
      hold.usage = usage ?? null;
      end(hold, captured, uses);
      return "settled";
    },
    findHold: async (id) => {
      const hold = holds.get(id);
      return hold && toRecord(id, hold, entitlements);
    },
    sweepHolds: async (limit) => {
      const dead = [...holds.values()]
        .filter((hold) => hold.open && hold.leaseUntil < now())
        .slice(0, Math.max(0, limit));
      for (const hold of dead) end(hold, hold.captured, hold.uses);
      return dead.length;
    },
  };
}

function toRecord(id: string, hold: Hold, entitlements: MemoryEntitlements): HoldRecord | undefined {
  const entitlement = entitlements.find(hold.entitlementId);
  if (entitlement === undefined) return undefined;
  const { captured, usage, settledAt, open, uses, entitlementId } = hold;
  const { endpointId, mode } = entitlement;
  const state = open ? "held" : captured > 0n || uses === 1 ? "settled" : "released";
  return { id, entitlementId, endpointId, mode, state, captured, usage, settledAt };
}

function available({ deposited, spent, held }: MemoryBalance): bigint {
  return deposited - spent - held;
}

function left(balance: MemoryBalance): { readonly available: bigint; readonly usesLeft: number | null } {
  return { available: available(balance), usesLeft: balance.usesLeft };
}

function lower(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
