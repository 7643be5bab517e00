import {
  createEmbeddedPaywall,
  type CreateStore,
  type EmbeddedPaywall,
  type PaywallConfig,
  type Platform,
  type Ticket,
} from "../../embed/index.ts";
import { createEgress, type Egress } from "../../egress/egress.ts";
import { authorityOf, createEgressPolicy } from "../../egress/policy.ts";
import { sandbox } from "../../rails/sandbox/index.ts";
import { createSigner, nodeCrypto } from "../crypto.ts";
import { createGatewayListener, type GatewayListener } from "../gateway-listener.ts";

/** `node:crypto`. */
export const nodePlatform: Platform = { crypto: nodeCrypto, createSigner };

const MAINTAIN_MS = 30_000;

/**
 * The paywall of a Node application; a timer that keeps no process alive finishes what a crash left.
 * @param createStore For TEST without a store of its own. Default: memory of this call.
 * @throws PaywallConfigError that names the field and the fix.
 */
export function createNodePaywall(config: PaywallConfig, createStore?: CreateStore): EmbeddedPaywall {
  const paywall = createEmbeddedPaywall(config, nodePlatform, sandbox(), createStore);
  const maintain = (): void => {
    paywall
      .maintain()
      .catch((error: unknown) => paywall.log({ event: "store_error", step: "maintain", error }));
  };
  setInterval(maintain, MAINTAIN_MS).unref();
  return paywall;
}

/** The way to an upstream that the application's own code names: that one address is open, wherever it lies. */
export function createUpstreamEgress(upstream: string): Egress {
  return createEgress(createEgressPolicy({ allow: authorityOf(new URL(upstream)) }));
}

/** Serves requests below a mount from an upstream. */
export function createUpstreamListener(
  ticket: Ticket,
  options: {
    readonly egress: Egress;
    readonly docsBase: string;
    readonly onError?: (error: unknown) => void;
  },
): GatewayListener {
  return createGatewayListener({ authorize: (request) => ticket.authorize(request) }, options);
}
