import { LEASE_MS } from "./held-claim.ts";
import type { PaywallLog } from "./log.ts";
import type { AtomicStore, ClaimRef } from "./store.ts";

/** Prolongs the leases of answers that take longer than one lease; one timer for all of them. */
export interface LeaseKeeper {
  /** Starts; call the result when the answer is over. */
  hold(ref: ClaimRef): () => void;
}

export function createLeaseKeeper(options: {
  readonly store: AtomicStore;
  readonly log: PaywallLog;
}): LeaseKeeper {
  const { store, log } = options;
  const held = new Set<ClaimRef>();
  let timer: ReturnType<typeof setInterval> | undefined;

  const renew = async (ref: ClaimRef): Promise<void> => {
    try {
      if ((await store.renew(ref, LEASE_MS)) || !held.delete(ref)) return;
      log({ event: "lease_lost", paymentKey: ref.paymentKey });
    } catch (error) {
      log({ event: "store_error", step: "renew", error });
    }
  };
  const tick = (): void => {
    for (const ref of held) void renew(ref);
  };
  return {
    hold(ref) {
      held.add(ref);
      if (timer === undefined) {
        timer = setInterval(tick, LEASE_MS / 3);
        timer.unref?.();
      }
      return () => {
        held.delete(ref);
        if (held.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
