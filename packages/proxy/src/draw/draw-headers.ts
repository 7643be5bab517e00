import type { Entitlement, HeaderList, KeyRing } from "@x402-paywall/core";
import { formatAccessToken, formatUsd } from "@x402-paywall/core";
import type { Draw } from "./open-draw.ts";

/** What is left, on each answer that was drawn from an entitlement. */
export function drawHeaders(draw: Draw): HeaderList {
  const left: [string, string][] = [["Paywall-Entitlement", draw.entitlement.id]];
  if (draw.usesLeft !== null) left.push(["Paywall-Uses-Left", String(draw.usesLeft)]);
  else left.push(["Paywall-Balance", formatUsd(draw.available + draw.reserved)]);
  return left;
}

/** What a payment for more than this one request answers with. */
export function accessHeaders(entitlement: Entitlement, keys: KeyRing): HeaderList {
  return [
    ["Paywall-Access-Token", formatAccessToken(entitlement, keys)],
    ["Paywall-Expires", new Date(entitlement.expiresAt * 1000).toISOString()],
  ];
}
