import { type ReconcileCounts, reconcilePayments } from "@x402-paywall/proxy";
import { nodeCrypto } from "@x402-paywall/proxy/node";
import type { JobDeps } from "./job-list.ts";

/** One round: with eight at a time and a rail that lets each wait five seconds, under a minute. */
const LIMIT = 80;
/** After a crash under load there are thousands: rounds go on while they get somewhere. */
const BUDGET_MS = 15_000;
/** Beyond the end of the lease: who holds it may be writing at this moment. */
const OLDER_THAN_MS = 1_000;

/** Reconciles until there is nothing left to finish, or the time is up. */
export async function reconcileAll({ plane, now, log }: JobDeps): Promise<ReconcileCounts> {
  const { store, rails, signer } = plane;
  const options = { store, rails, signer, crypto: nodeCrypto, clock: now, log };
  const total = { settled: 0, released: 0, unknown: 0, busy: 0, lost: 0 };
  const end = now() + BUDGET_MS;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const counts = await reconcilePayments({ ...options, olderThanMs: OLDER_THAN_MS, limit: LIMIT });
    total.settled += counts.settled;
    total.released += counts.released;
    total.unknown += counts.unknown;
    total.busy += counts.busy;
    total.lost += counts.lost;
    const seen = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (seen < LIMIT || counts.settled + counts.released === 0 || now() >= end) return total;
  }
}
