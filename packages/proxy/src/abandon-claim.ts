import { PaywallError } from "@x402-paywall/core";
import type { PaywallLog } from "./log.ts";
import { persist } from "./persist.ts";
import type { AtomicStore, ClaimRef } from "./store.ts";

/** Whether the money may have moved without our knowing it. */
export function isUncertain(error: unknown): boolean {
  return error instanceof PaywallError && error.code === "settlement_unknown";
}

/**
 * Ends a claim that was not served, so that the credential can be presented again at once. Where the money may have
 * moved, the row must say so: whoever takes it over asks the rail first. Never throws.
 */
export function abandonClaim(
  ref: ClaimRef,
  {
    uncertain,
    store,
    log,
  }: { readonly uncertain: boolean; readonly store: AtomicStore; readonly log: PaywallLog },
): Promise<void> {
  if (!uncertain) return persist("release", () => store.release(ref), log);
  return persist(
    "markUnknown",
    // A settled row (the reply was lost, not the write) stays settled, and only its lease ends.
    async () => (await store.markUnknown(ref)) || store.release(ref),
    log,
  );
}
