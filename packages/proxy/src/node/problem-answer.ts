import { PaywallError, toProblem } from "@x402-paywall/core";
import type { Answer } from "./own-resources.ts";

/** A problem document of the transport itself, for requests that the engine never sees. */
export function problemAnswer(error: unknown, docsBase: string, close: boolean): Answer {
  const known = error instanceof PaywallError ? error : new PaywallError("internal", { cause: error });
  const body = Buffer.from(JSON.stringify(toProblem(known, docsBase)));
  const headers: [string, string][] = [
    ["Content-Type", "application/problem+json"],
    ["Content-Length", String(body.length)],
    ["Cache-Control", "no-store"],
    ["Access-Control-Allow-Origin", "*"],
    ["X-Content-Type-Options", "nosniff"],
  ];
  if (known.code === "method_not_allowed")
    headers.push(["Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"]);
  if (known.options.retryAfter !== undefined) headers.push(["Retry-After", String(known.options.retryAfter)]);
  if (close) headers.push(["Connection", "close"]);
  return { head: { status: known.status, headers }, body };
}
