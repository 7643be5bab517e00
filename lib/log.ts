/**
 * The process's log: one JSON object a line on stderr. What must never be in it (credentials, preimages, cookies,
 * upstream secrets) is cut here as well, should it ever reach an error's message.
 */
import type { PaywallLogEvent } from "@x402-paywall/proxy";

const secrets: readonly RegExp[] = [
  /\b(L402|LSAT|Bearer|Payment|Basic)\s+[\w+/=.:~-]{12,}/gi,
  /\b(pk|pw)_[\w-]{12,}/g,
  /(preimage|password|secret|token|signature|authorization|cookie)("?\s*[:=]\s*"?)[^"\s,}]{6,}/gi,
  /postgres(ql)?:\/\/[^\s@]+@/gi,
];

/** Replaces everything that looks like a credential. */
export function redact(text: string): string {
  return secrets.reduce(
    (rest, pattern) => rest.replace(pattern, (match) => `${match.slice(0, 6)}[redacted]`),
    text,
  );
}

/** One line about something that went right. */
export function logLine(message: string): void {
  write({ level: "info", message: redact(message) });
}

/** One line about something that went wrong; the error's own words and stack, redacted. */
export function logError(
  message: string,
  error: unknown,
  fields: Readonly<Record<string, string>> = {},
): void {
  write({ level: "error", message: redact(message), ...fields, error: describe(error) });
}

/** What the engine reports. */
export function logEvent(event: PaywallLogEvent): void {
  const { event: name, ...rest } = event;
  const fields = Object.entries(rest).map(([key, value]) => [
    key,
    value instanceof Error ? describe(value) : redact(String(value)),
  ]);
  write({ level: "warn", message: name, ...Object.fromEntries(fields) });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return redact(String(error));
  const cause = error.cause === undefined ? "" : ` <- ${describe(error.cause)}`;
  return `${redact(error.stack ?? error.message)}${cause}`;
}

function write(entry: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
}
