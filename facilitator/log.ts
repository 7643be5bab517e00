import { BaseError } from "viem";

/** The process's log: one JSON object a line, and no secret in it. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  /** Of `error` only what kind of fault it is: viem puts URLs and request bodies into its messages. */
  error(message: string, error?: unknown, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number>>;

const MAX_TEXT = 300;
/** Signatures and signed transactions; URLs, which hold API keys; what follows the name of a scheme. */
const patterns: readonly RegExp[] = [
  /(0x)?[0-9a-f]{128,}/gi,
  /https?:\/\/[^\s"']+/gi,
  /\b(Bearer|Basic)\s+\S+/gi,
];

/** @param secrets Exact texts (key, token, URLs) that are cut out wherever they turn up, in any case. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const exact = secrets
    .filter((secret) => secret.length >= 8)
    .toSorted((one, other) => other.length - one.length)
    .map((secret) => new RegExp(secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"));
  const cuts = [...exact, ...patterns];
  return (text) => cuts.reduce((rest, cut) => rest.replace(cut, "[redacted]"), text);
}

export function createLog(redact: (text: string) => string, write: (line: string) => void): Log {
  const put = (entry: Readonly<Record<string, unknown>>): void =>
    write(`${redact(JSON.stringify({ at: new Date().toISOString(), ...entry }))}\n`);
  return {
    info: (message, fields = {}) => put({ level: "info", message, ...fields }),
    error: (message, error, fields = {}) => {
      const fault = error === undefined ? {} : { error: describeError(error) };
      put({ level: "error", message, ...fields, ...fault });
    },
  };
}

/** Names, status and short words of an error and its causes; of viem's never `message`, which repeats the request. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 6 && current !== undefined && current !== null; depth++) {
    parts.push(describeOne(current));
    current = typeof current === "object" && "cause" in current ? current.cause : undefined;
  }
  return parts.join(" <- ").slice(0, MAX_TEXT);
}

function describeOne(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error).slice(0, 80);
  const status = "status" in error && typeof error.status === "number" ? ` ${error.status}` : "";
  const code = "code" in error ? ` ${String(error.code)}` : "";
  if (error instanceof BaseError)
    return `${error.name}${status}${code}: ${error.shortMessage.split("\n")[0] ?? ""}`;
  if (error instanceof Error) return `${error.name}${code}: ${error.message.split("\n")[0] ?? ""}`;
  // A JSON-RPC error as the node sent it.
  return `RPC error${code}`;
}
