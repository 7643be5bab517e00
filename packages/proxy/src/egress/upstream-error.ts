import { PaywallError } from "@x402-paywall/core";

const TIMEOUTS = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "ETIMEDOUT",
]);
const INVALID = new Set([
  "UND_ERR_HEADERS_OVERFLOW",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "UND_ERR_RES_EXCEEDED_MAX_SIZE",
  "UND_ERR_RESPONSE",
]);

/**
 * What a failed exchange is to the payer: `upstream_timeout`, `upstream_invalid` (not HTTP, or contradicting itself) or
 * `upstream_unreachable`. Errors of ours stay as they are.
 */
export function toUpstreamError(error: unknown): PaywallError {
  const known = findPaywallError(error);
  if (known !== undefined) return known;
  const code = codeOf(error);
  if (TIMEOUTS.has(code)) return new PaywallError("upstream_timeout", { cause: error });
  if (INVALID.has(code) || isBadAnswer(error)) {
    return new PaywallError("upstream_invalid", { cause: error });
  }
  return new PaywallError("upstream_unreachable", { cause: error });
}

/** A lookup that refuses may come back inside of what the socket made of it. */
function findPaywallError(error: unknown): PaywallError | undefined {
  if (error instanceof PaywallError) return error;
  if (error instanceof AggregateError) {
    for (const inner of error.errors) if (inner instanceof PaywallError) return inner;
  }
  return error instanceof Error && error.cause instanceof PaywallError ? error.cause : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Undici has no code of its own for an answer that nobody asked for or a 101, and none for most of what is not HTTP. */
function isBadAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === "HTTPParserError" || error.message === "bad response" || error.message === "bad upgrade"
  );
}
