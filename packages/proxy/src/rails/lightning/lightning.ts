import type { Crypto, KeyRing } from "@x402-paywall/core";
import type { Rail } from "../../rail.ts";
import type { AtomicStore } from "../../store.ts";
import type { LightningBackend } from "./backend.ts";
import { createLightningRail, type LightningRailOptions } from "./lightning-rail.ts";

/** What an application says itself; keys, clock, store and hashing are its paywall's. */
export interface LightningOptions extends Pick<LightningRailOptions, "network" | "limits" | "onError"> {
  /** Your own node or wallet: `await openLnd(…)`, `openNwc(…)`, `openPhoenixd(…)`. */
  readonly backend: LightningBackend;
}

/** Names the one node in the rows of invoices. */
const NODE_ID = "ln_app";

/**
 * LIVE Lightning for a configuration's `rails`. A page that waits has the node asked, so nothing has to run beside the
 * application; what is paid and never presented is only seen on the node.
 * @example createPaywall({ …, rails: [lightning({ network: "mainnet", backend: await openPhoenixd(connection, options) })] })
 */
export function lightning({ backend, ...options }: LightningOptions) {
  const nodes = { find: () => backend };
  return (context: {
    readonly keys: KeyRing;
    readonly crypto: Crypto;
    readonly clock: () => number;
    readonly store: AtomicStore;
  }): Rail => createLightningRail({ ...options, ...context, nodes, nodeId: NODE_ID });
}
