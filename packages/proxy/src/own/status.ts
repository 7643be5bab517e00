import { PaywallError } from "@x402-paywall/core";
import { askStore } from "../ask-store.ts";
import type { Endpoint } from "../endpoint.ts";
import { answer, type Refused } from "../response.ts";
import type { AtomicStore } from "../store.ts";
import type { Visit } from "../visit.ts";

export type InvoiceState = "awaiting" | "paid" | "expired";

/** `GET /p/<slug>/.status?payment_hash=<hex>`: whether a payment page may go on. */
export async function answerStatus(
  { request, target }: Visit,
  endpoint: Endpoint,
  { store, clock }: { readonly store: AtomicStore; readonly clock: () => number },
): Promise<Refused> {
  if (request.method !== "GET" && request.method !== "HEAD") throw new PaywallError("method_not_allowed");
  const hash = /^payment_hash=([0-9a-f]{64})$/.exec(target?.query ?? "")?.[1];
  if (hash === undefined)
    throw new PaywallError("bad_request", { detail: "Ask with ?payment_hash=<64 hex digits>." });
  const invoice = await askStore(() => store.findInvoice(hash));
  // Unpaid invoices are not stored by every rail; another endpoint's are none of this one's business.
  const own = invoice?.endpointId === endpoint.id ? invoice : undefined;
  let state: InvoiceState = "awaiting";
  if (own !== undefined && own.preimage !== null) state = "paid";
  else if (own !== undefined && own.expiresAt * 1000 <= clock()) state = "expired";
  const headers = [
    ["Cache-Control", "no-store"],
    ["Content-Type", "application/json"],
  ] as const;
  return answer(request, 200, headers, JSON.stringify({ state }));
}
