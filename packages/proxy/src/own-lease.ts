import { PaywallError } from "@x402-paywall/core";
import type { HeldClaim } from "./held-claim.ts";
import type { SettleContext } from "./settle.ts";

/** What a process knows of a lease that it holds: how long ago the store last said so. */
export interface OwnLease {
  /** False: it was lost. */
  renew(): Promise<boolean>;
  /**
   * Runs what ends with the answer's first byte. A process that slept may wake up after its lease, while somebody else
   * serves the same payment: by its own clock it can tell, and then it asks, before the work and after it.
   * @throws PaywallError `in_progress`
   */
  during<T>(work: () => Promise<T>): Promise<T>;
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
  const assertHeld = async (): Promise<void> => {
    // Half of it is left for the way to the payer's socket.
    if (clock() - confirmedAt < leaseMs / 2 || (await renew())) return;
    throw new PaywallError("in_progress", { retryAfter: 1 });
  };
  return {
    renew,
    during: async (work) => {
      await assertHeld();
      const result = await work();
      await assertHeld();
      return result;
    },
  };
}
