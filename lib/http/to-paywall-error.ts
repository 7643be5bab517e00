import { PaywallError } from "@x402-paywall/core";
import type { Runtime } from "../services/context.ts";
import { isUnavailable } from "../store/database-error.ts";

/** The problem to answer with. What the caller is not told is logged, once, under the id that the answer carries. */
export function toPaywallError(
  runtime: Pick<Runtime, "newId" | "logError">,
  request: Request,
  error: unknown,
): PaywallError {
  if (error instanceof PaywallError && error.status < 500) return error;
  const requestId = runtime.newId("req_");
  runtime.logError("request failed", error, {
    requestId,
    method: request.method,
    path: new URL(request.url).pathname,
  });
  if (error instanceof PaywallError) return error;
  if (isDatabaseAway(error))
    return new PaywallError("store_unavailable", { retryAfter: 1, extensions: { requestId } });
  return new PaywallError("internal", { extensions: { requestId } });
}

// Prisma wraps what `pg` reports: connection refused and timed out arrive as P1xxx and P2024, or as the driver's own error.
function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return false;
  if (/^P\d{4}$/.test(error.code)) return /^(P1\d{3}|P2024)$/.test(error.code);
  return /^E[A-Z]+$/.test(error.code) || (/^[0-9A-Z]{5}$/.test(error.code) && isUnavailable(error));
}
