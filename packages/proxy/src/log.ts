import type { ProblemCode } from "@x402-paywall/core";

/** Something an operator should see. Never holds a preimage, a signature, a token or a header. */
export type PaywallLogEvent =
  | { readonly event: "store_error"; readonly step: string; readonly error: unknown }
  | { readonly event: "rail_error"; readonly error: unknown }
  | { readonly event: "settlement_failed"; readonly paymentKey: string; readonly detail: string }
  | { readonly event: "capture_failed"; readonly paymentKey: string; readonly error: unknown }
  | { readonly event: "lease_lost"; readonly paymentKey: string }
  | { readonly event: "events_lost"; readonly count: number; readonly error: unknown }
  | {
      readonly event: "upstream_failed";
      readonly endpointId: string;
      readonly requestId: string;
      readonly error: unknown;
    }
  | { readonly event: "refused_with_cause"; readonly code: ProblemCode; readonly error: unknown }
  | { readonly event: "internal_error"; readonly error: unknown };

export type PaywallLog = (event: PaywallLogEvent) => void;
