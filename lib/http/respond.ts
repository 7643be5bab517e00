import type { PaywallError } from "@x402-paywall/core";
import { toProblem } from "@x402-paywall/core";

/** A JSON answer; `null` with 204 has no body. */
export function json(
  body: unknown,
  init: { readonly status?: number; readonly headers?: HeadersInit } = {},
): Response {
  const { status = 200, headers } = init;
  return body === null && status === 204
    ? new Response(null, { status, ...(headers && { headers }) })
    : Response.json(body, { status, ...(headers && { headers }) });
}

/** RFC 9457, with `Retry-After` where the error has one. @param appUrl origin of our documentation of the types */
export function problemResponse(error: PaywallError, appUrl: string): Response {
  const { retryAfter } = error.options;
  return new Response(JSON.stringify(toProblem(error, `${appUrl}/docs/problems`)), {
    status: error.status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
    },
  });
}
