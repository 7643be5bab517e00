import { PaywallError } from "@x402-paywall/core";

/** Asks the store and fails closed: whatever it throws is answered with 503, never with a fresh challenge. */
export async function askStore<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (cause instanceof PaywallError) throw cause;
    throw new PaywallError("store_unavailable", { cause, retryAfter: 2 });
  }
}
