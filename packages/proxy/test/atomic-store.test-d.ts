import { createPaywall, type AtomicStore, type PaywallOptions } from "../src/index.ts";

/** What Workers KV, Redis clients and caches offer: between the two calls, anybody may have claimed. */
interface KeyValueStore {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

declare const options: Omit<PaywallOptions, "store">;
declare const atomic: AtomicStore;
declare const keyValue: KeyValueStore;
declare const pretended: Omit<AtomicStore, "atomic">;
declare const admitted: Omit<AtomicStore, "atomic"> & { readonly atomic: false };

createPaywall({ ...options, store: atomic });
// @ts-expect-error -- it cannot claim at all
createPaywall({ ...options, store: keyValue });
// @ts-expect-error -- it has a claim, and does not say that it is one step
createPaywall({ ...options, store: pretended });
// @ts-expect-error -- it says that it is not one step
createPaywall({ ...options, store: admitted });
