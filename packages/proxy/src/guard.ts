import { findHeader, listHeaders, PaywallError } from "@x402-paywall/core";
import type { RequestHead } from "./decision.ts";
import type { Endpoint } from "./endpoint.ts";
import { isServiceWorkerScript } from "./headers/index.ts";
import { upstreamHost } from "./match.ts";

/** Refuses what no endpoint serves, whatever it costs. @throws PaywallError */
export function guardMethod(request: RequestHead): void {
  if (request.method === "TRACE" || request.method === "CONNECT")
    throw new PaywallError("method_not_allowed");
}

/** @param loopToken What this instance leaves in `CDN-Loop` and `Via` of each request it forwards. */
export function guardRequest(request: RequestHead, loopToken: string): void {
  const { headers } = request;
  // Never a tunnel: bytes behind an upgrade would be neither priced nor filtered. Other upgrades are ignored, as HTTP allows.
  if (findHeader(headers, "upgrade")?.toLowerCase().includes("websocket") === true) {
    throw new PaywallError("not_implemented", { detail: "WebSocket endpoints are not served." });
  }
  // A script of the creator's that a browser installs would answer for the whole origin from then on.
  if (isServiceWorkerScript(headers)) {
    throw new PaywallError("forbidden", { detail: "Service worker scripts are not served." });
  }
  for (const name of ["cdn-loop", "via"]) {
    if (listHeaders(headers, name).some((value) => value.includes(loopToken)))
      throw new PaywallError("loop_detected");
  }
}

/** An upstream that is this paywall would pay itself until the stack ends. */
export function guardUpstream(endpoint: Endpoint, selfHosts: ReadonlySet<string>): void {
  if (selfHosts.has(upstreamHost(endpoint).toLowerCase())) throw new PaywallError("loop_detected");
}
