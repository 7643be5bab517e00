import type { HeaderList } from "@x402-paywall/core";
import { findHeader } from "@x402-paywall/core";

/** Whether a browser asks for a script that would then answer for the whole origin; such a request is refused. */
export function isServiceWorkerScript(headers: HeaderList): boolean {
  return (
    findHeader(headers, "service-worker") !== undefined ||
    findHeader(headers, "sec-fetch-dest") === "serviceworker"
  );
}
