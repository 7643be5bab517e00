import type { Json } from "@x402-paywall/core";

/** A member of somebody's JSON as text; empty for what is neither text nor a number. */
export function textOf(json: Json | undefined): string {
  return typeof json === "string" || typeof json === "number" ? String(json) : "";
}
