import type { AtomicStore } from "../src/store.ts";

/** Hands the calls to the stores in turn, as if the requests came to several processes. */
export function alternateStore(stores: readonly AtomicStore[]): AtomicStore {
  let calls = 0;
  return new Proxy({} as AtomicStore, {
    get: (_, property) => Reflect.get(stores[calls++ % stores.length] ?? {}, property),
  });
}
