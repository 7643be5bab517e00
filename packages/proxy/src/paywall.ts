import type { Authorizer } from "./decision.ts";
import { Engine } from "./engine.ts";
import type { PaywallOptions } from "./paywall-options.ts";

/** Steps 1 to 6 of a request, as {@link Authorizer}. */
export interface Paywall extends Authorizer {
  /** Writes queued events; for an orderly shutdown. */
  flush(): Promise<void>;
}

/**
 * The engine: one for a process, shared by its transports.
 * @example
 * const paywall = createPaywall({ endpoints, store, rails: [createSandboxRail({ keys, crypto, clock })], … });
 * const decision = await paywall.authorize(head);
 */
export function createPaywall(options: PaywallOptions): Paywall {
  const engine = new Engine(options);
  return { authorize: (request, locate) => engine.authorize(request, locate), flush: () => engine.flush() };
}
