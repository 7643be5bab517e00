import type { Crypto, KeyRing } from "@x402-paywall/core";
import type { Curve } from "../../evm/curve.ts";
import type { SandboxLedger } from "./ledger.ts";
import { createSandboxRail, type SandboxRail } from "./sandbox-rail.ts";

/**
 * The sandbox for a configuration's `rails`: it takes keys and clock from the application.
 * @example createPaywall({ secret, url, rails: [sandbox()] })
 */
export function sandbox(options: { readonly curve?: Curve; readonly ledger?: SandboxLedger } = {}) {
  return (context: {
    readonly keys: KeyRing;
    readonly crypto: Crypto;
    readonly clock: () => number;
  }): SandboxRail => createSandboxRail({ ...context, ...options });
}
