import { utf8 } from "@x402-paywall/core";

/** What we say inside of an event stream (WHATWG, server-sent events). */
export type ReceiptForm =
  /** `: payment-receipt …`: strict parsers of model streams break on events that they do not know. */
  | "comment"
  /** `event: payment-receipt`: for clients that speak MPP. */
  | "event"
  /** The body holds nothing of ours. */
  | "none";

/** The balance is used up: the stream waits. `data` is JSON. */
export function topUpEvent(data: { readonly entitlement: string; readonly topUpUrl: string }): Uint8Array {
  return event("payment-need-topup", data);
}

/** Nothing was paid while the stream waited: it ends here. */
export function timeoutEvent(data: { readonly charged: string }): Uint8Array {
  return event("session-timeout", data);
}

/** Keeps proxies in between from giving a waiting stream up. */
export const WAITING = utf8(": waiting for payment\n\n");

/** @param receipt Base64url. */
export function receiptNote(receipt: string, form: ReceiptForm): Uint8Array {
  if (form === "none") return new Uint8Array(0);
  return utf8(
    form === "comment" ? `: payment-receipt ${receipt}\n\n` : `event: payment-receipt\ndata: ${receipt}\n\n`,
  );
}

function event(name: string, data: object): Uint8Array {
  return utf8(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
