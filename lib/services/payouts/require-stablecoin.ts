import { PaywallError } from "@x402-paywall/core";
import type { Context } from "../context.ts";

export const noFacilitator =
  "This instance cannot take stablecoins yet: its operator has set no facilitator (FACILITATORS).";

/** The networks on which this instance takes stablecoins. @throws PaywallError `conflict` where it takes none */
export function requireStablecoin({ env }: Context) {
  if (env.stablecoin === undefined) throw new PaywallError("conflict", { detail: noFacilitator });
  return env.stablecoin.networks;
}
