import { PaywallError } from "@x402-paywall/core";
import type { Endpoint } from "../endpoint.ts";
import type { Rail } from "../rail.ts";
import { answer, type Refused } from "../response.ts";
import type { AtomicStore, InvoiceRecord } from "../store.ts";
import type { Visit } from "../visit.ts";
import { lookAtInvoice } from "./paid-invoice.ts";

export type InvoiceState = "awaiting" | "paid" | "expired";

export interface StatusContext {
  readonly rails: readonly Rail[];
  readonly store: AtomicStore;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** A payment that was on its way when its invoice expired may arrive so much later. */
const LATE_SECONDS = 600;

/** `GET /p/<slug>/.status?payment_hash=<hex>`: whether a payment page may go on. */
export async function answerStatus(
  { request, target }: Visit,
  endpoint: Endpoint,
  context: StatusContext,
): Promise<Refused> {
  if (request.method !== "GET" && request.method !== "HEAD") throw new PaywallError("method_not_allowed");
  const hash = /^payment_hash=([0-9a-f]{64})$/.exec(target?.query ?? "")?.[1];
  if (hash === undefined)
    throw new PaywallError("bad_request", { detail: "Ask with ?payment_hash=<64 hex digits>." });
  const now = context.clock() / 1000;
  // Unpaid invoices are not stored by every rail; another endpoint's are none of this one's business.
  const isOwn = (record: InvoiceRecord | undefined): record is InvoiceRecord =>
    record?.endpointId === endpoint.id;
  const seen = await lookAtInvoice(
    hash,
    endpoint,
    context,
    (record) => isOwn(record) && record.expiresAt + LATE_SECONDS > now,
  );
  let state: InvoiceState = "awaiting";
  if (isOwn(seen.record) && seen.paid !== null) state = "paid";
  else if (isOwn(seen.record) && seen.record.expiresAt <= now) state = "expired";
  const headers = [
    ["Cache-Control", "no-store"],
    ["Content-Type", "application/json"],
  ] as const;
  return answer(request, 200, headers, JSON.stringify({ state }));
}
