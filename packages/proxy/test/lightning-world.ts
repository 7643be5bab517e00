import type { HeaderList } from "@x402-paywall/core";
import type { Endpoint } from "../src/endpoint.ts";
import type { PaywallOptions } from "../src/paywall-options.ts";
import { createLightningRail, type LightningRailOptions } from "../src/rails/lightning/lightning-rail.ts";
import type { Rail } from "../src/rail.ts";
import { createSandboxRail } from "../src/rails/sandbox/sandbox-rail.ts";
import {
  buyL402,
  buyMpp,
  createWorld,
  curve,
  keys,
  makeEndpoint,
  nodeCrypto,
  type World,
} from "./engine-fixtures.ts";
import { createMemoryNode, type MemoryNode } from "./memory-node.ts";

export interface LightningWorld extends Omit<World, "wallet"> {
  readonly node: MemoryNode;
  /** Pays out of nothing. */
  readonly wallet: World["wallet"];
}

/** LIVE endpoints on a node in memory; TEST's sandbox is there as well. */
export function createLightningWorld(
  overrides: Partial<PaywallOptions> = {},
  rail: Partial<LightningRailOptions> = {},
  ...endpoints: readonly Endpoint[]
): LightningWorld {
  const state = { now: 1_800_000_000_000 };
  const clock = (): number => state.now;
  const node = createMemoryNode(clock);
  const list = endpoints.length === 0 ? [liveEndpoint()] : endpoints;
  // Its store is the world's: made first, because rails are given to it.
  const blank = createWorld({ clock }, ...list);
  const lightning = createLightningRail({
    nodes: { find: (id) => (id === "ln_1" ? node : undefined) },
    store: blank.store,
    network: "regtest",
    keys,
    crypto: nodeCrypto,
    clock,
    ...rail,
  });
  const rails = [blank.rail, lightning, ...(overrides.rails ?? [])];
  const world = createWorld({ clock, ...overrides, store: blank.store, rails }, ...list);
  return {
    ...world,
    node,
    store: blank.store,
    wallet: { payInvoice: (bolt11) => ({ ...PAID, bolt11, preimage: node.pay(bolt11) }) },
    get now() {
      return state.now;
    },
    set now(value) {
      state.now = value;
    },
  };
}

const PAID = {
  paymentHash: "",
  quoteId: "",
  endpointId: "",
  mode: "test",
  amount: 0n,
  amountMsat: 0n,
  expiresAt: 0,
} as const;

export function liveEndpoint(overrides: Partial<Endpoint> = {}): Endpoint {
  const payouts = { lightning: { nodeId: "ln_1" } };
  return makeEndpoint({ mode: "live", rails: ["lightning"], payouts, ...overrides });
}

/** A payment on each Lightning wire. */
export const wires: readonly (readonly [
  name: string,
  buy: (world: LightningWorld, target: string) => Promise<HeaderList>,
])[] = [
  ["L402", async (world, target) => (await buyL402(world, target)).headers],
  ["MPP", (world, target) => buyMpp(world, target)],
];

/** The sandbox's stablecoins, as a second LIVE rail. */
export function evmRail(): Rail {
  const sandbox = createSandboxRail({ keys, crypto: nodeCrypto, clock: Date.now, curve });
  return {
    ...sandbox,
    id: "stablecoin",
    mode: "live",
    accepts: (proof) => proof.kind !== "preimage",
    offer: async ({ quote, endpoint, ...rest }) => {
      const test = { ...quote, mode: "test" } as const;
      return sandbox.offer({ ...rest, quote: test, endpoint: { ...endpoint, wires: ["x402"] } });
    },
  };
}
