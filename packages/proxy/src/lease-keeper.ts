import type { PaywallLog } from "./log.ts";

/** Prolongs the leases of answers that take longer than one lease; one timer for all of them. */
export interface LeaseKeeper {
  /**
   * Starts; call the result when the answer is over. `renew` resolves with false where the lease was lost.
   * @param name Whose lease it is, for the log.
   */
  hold(name: string, renew: () => Promise<boolean>): () => void;
}

export function createLeaseKeeper(options: {
  readonly leaseMs: number;
  readonly log: PaywallLog;
}): LeaseKeeper {
  const { leaseMs, log } = options;
  const held = new Map<symbol, () => Promise<void>>();
  let timer: ReturnType<typeof setInterval> | undefined;

  const tick = (): void => {
    for (const renew of held.values()) void renew();
  };
  const drop = (key: symbol): void => {
    held.delete(key);
    if (held.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    hold(name, renew) {
      const key = Symbol(name);
      held.set(key, async () => {
        try {
          if ((await renew()) || !held.has(key)) return;
          drop(key);
          log({ event: "lease_lost", paymentKey: name });
        } catch (error) {
          log({ event: "store_error", step: "renew", error });
        }
      });
      if (timer === undefined) {
        timer = setInterval(tick, leaseMs / 3);
        timer.unref?.();
      }
      return () => drop(key);
    },
  };
}
