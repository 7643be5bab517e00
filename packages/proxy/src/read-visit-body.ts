import { findHeader, PaywallError } from "@x402-paywall/core";
import type { RequestHead } from "./decision.ts";
import type { MaybePromise } from "./maybe-async.ts";
import type { Visit } from "./visit.ts";

/** Whether HTTP announces a body (RFC 9112, 6.3); streams of `fetch` need not. */
function hasBody({ headers }: RequestHead): boolean {
  return bodyLength(headers) !== 0;
}

/** Announced length; `undefined` where it comes in chunks, 0 where there is none. */
export function bodyLength(headers: RequestHead["headers"]): number | undefined {
  if (findHeader(headers, "transfer-encoding") !== undefined) return undefined;
  const length = Number(findHeader(headers, "content-length") ?? "0");
  return Number.isSafeInteger(length) ? length : 0;
}

/**
 * The body of a visit, read once and then forwarded as it was read.
 * @throws PaywallError `payload_too_large` above the limit of whoever asked first.
 */
export function readVisitBody(visit: Visit, maxBytes: number): MaybePromise<Uint8Array> {
  const { request } = visit;
  if (visit.body !== undefined) return visit.body;
  if (request.readBody === undefined) {
    if (!hasBody(request)) return new Uint8Array(0);
    throw new PaywallError("internal", { detail: "This transport cannot read request bodies." });
  }
  return (visit.body = request.readBody(maxBytes));
}
