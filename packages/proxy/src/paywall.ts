import type { Decision, RequestHead } from "./decision.ts";
import { Engine } from "./engine.ts";
import type { PaywallOptions } from "./paywall-options.ts";

export interface Paywall {
  /**
   * Steps 1 to 6 for one request. Never throws and never rejects: every refusal is a decision. Synchronous where nothing
   * has to be waited for, as in the 402 of a stateless rail.
   */
  authorize(request: RequestHead): Decision | Promise<Decision>;
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
  return { authorize: (request) => engine.authorize(request), flush: () => engine.flush() };
}
