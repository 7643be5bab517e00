import { PaywallError } from "@x402-paywall/core";
import type { HeldClaim } from "./held-claim.ts";
import type { SettleContext } from "./settle.ts";

/** What a process knows of a lease that it holds: how long ago the store last said so. */
export interface OwnLease {
  /** False: it was lost. */
  renew(): Promise<boolean>;
  /** Runs what succeeds only for the owner. */
  confirmedBy<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Called before the first byte goes out. A process that slept may wake up after its lease, while somebody else serves
   * the same payment: by its own clock it can tell, and then it asks.
   * @throws PaywallError `in_progress`
   */
  assertHeld(): Promise<void>;
}

export function createOwnLease({ ref, claimedAt }: HeldClaim, context: SettleContext): OwnLease {
  const { store, clock, leaseMs } = context;
  let confirmedAt = claimedAt;
  const renew = async (): Promise<boolean> => {
    const at = clock();
    const held = await store.renew(ref, leaseMs);
    if (held) confirmedAt = at;
    return held;
  };
  return {
    renew,
    confirmedBy: async (work) => {
      const at = clock();
      const result = await work();
      confirmedAt = at;
      return result;
    },
    assertHeld: async () => {
      // Half of it is left for the way to the payer's socket.
      if (clock() - confirmedAt < leaseMs / 2 || (await renew())) return;
      throw new PaywallError("in_progress", { retryAfter: 1 });
    },
  };
}
