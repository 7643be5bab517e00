import { PaywallError } from "@x402-paywall/core";

/** No answer within the time that a payer may wait. Whether the statement took effect is not known. */
export class DatabaseTimeout extends Error {
  override readonly name = "DatabaseTimeout";
}

// Connection failures, shutdown and lack of resources; all other SQLSTATEs are about what a statement said.
const unavailable = /^(08|53|57P|58|XX)/;

/** Whether the database is away, as opposed to refusing one statement. */
export function isUnavailable(error: unknown): boolean {
  const code = sqlState(error);
  return code === undefined || unavailable.test(code);
}

/** Five characters of SQLSTATE, where Postgres itself answered. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) && "severity" in error ? error.code : undefined;
}

/** What the caller of a store sees: `store_unavailable` (503) or `internal` (500); the cause stays inside. */
export function toStoreError(error: unknown): PaywallError {
  if (error instanceof PaywallError) return error;
  if (isUnavailable(error)) return new PaywallError("store_unavailable", { cause: error, retryAfter: 1 });
  return new PaywallError("internal", { cause: error });
}
