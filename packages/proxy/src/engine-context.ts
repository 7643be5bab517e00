import type { Challenger } from "./challenger.ts";
import type { GrantOutcome } from "./grant.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { PaywallOptions } from "./paywall-options.ts";
import type { SettleContext } from "./settle.ts";
import type { Site } from "./site.ts";
import type { Visit } from "./visit.ts";

/** What every step of the engine shares. */
export interface EngineContext {
  readonly options: PaywallOptions;
  readonly site: Site;
  readonly settle: SettleContext;
  readonly challenger: Challenger;
  readonly leases: LeaseKeeper;
  readonly leaseMs: number;
  /** What this instance leaves in `Via` of each request that it forwards. */
  readonly loopToken: string;
  record(visit: Visit, outcome: GrantOutcome): void;
  /** An entitlement was used: its payment is delivered. Written down once. */
  markServed(entitlementId: string): void;
}

/** URL where an entitlement is topped up. */
export function topUpUrlOf({ options, site }: EngineContext, slug: string, entitlementId: string): string {
  return `${options.contentUrl}${site.own(slug, "topup")}?entitlement=${entitlementId}`;
}
