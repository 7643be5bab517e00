import type { Receipt } from "@x402-paywall/core";
import type { AtomicStore, RequestEvent } from "@x402-paywall/proxy";

/** One answered request, with what was paid for it. */
export interface WatchedRequest extends Pick<
  RequestEvent,
  "method" | "path" | "status" | "kind" | "client" | "wire" | "bytesOut" | "durationMs"
> {
  /** µUSD; `null` where nothing was paid. */
  readonly amount: bigint | null;
  readonly receiptId: string | null;
}

/** A store that tells of each request that it is told of; it holds what the other one holds. */
export function watchStore(store: AtomicStore, onRequest: (request: WatchedRequest) => void): AtomicStore {
  return {
    ...store,
    async recordEvents(events) {
      await store.recordEvents(events);
      for (const event of events) {
        const { method, path, status, kind, client, wire, bytesOut, durationMs, receiptId } = event;
        // oxlint-disable-next-line no-await-in-loop -- in the order in which they were answered
        const receipt = receiptId === null ? undefined : (await store.findReceipt(receiptId))?.receipt;
        onRequest({
          method,
          path,
          status,
          kind,
          client,
          wire,
          bytesOut,
          durationMs,
          receiptId,
          amount: amountOf(receipt),
        });
      }
    },
  };
}

function amountOf(receipt: Receipt | undefined): bigint | null {
  return receipt?.amount ?? null;
}
