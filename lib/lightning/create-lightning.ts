import { createNodeReach, type EgressPolicy } from "@x402-paywall/proxy/node";
import type { NodeReach } from "@x402-paywall/proxy/rails/lightning";
import type { Pool } from "pg";
import { createSecretBox } from "../store/secret-box.ts";
import { createNodePool, type NodePool } from "./node-pool.ts";
import { listKinds, loadConnection } from "./node-rows.ts";
import { loadBackend, openBackend } from "./open-backend.ts";

export interface Lightning {
  /** Opens a connection with the first question to its node. */
  readonly nodes: NodePool;
  /** The way to nodes that are not connected yet. */
  readonly reach: NodeReach;
  /** Loads the libraries of the nodes that are connected: the first payer after a start must not wait for them. */
  preload(): Promise<void>;
  close(): Promise<void>;
}

const IDLE_MS = 600_000;

/** The nodes that this instance's workspaces have connected, each reached through the address policy. */
export function createLightning(
  { secretKeys }: { readonly secretKeys: readonly [Uint8Array, ...Uint8Array[]] },
  pool: Pool,
  policy: EgressPolicy,
): Lightning {
  const box = createSecretBox(secretKeys);
  const reach = createNodeReach(policy);
  const nodes = createNodePool({
    load: (nodeId) => loadConnection(pool, box, nodeId),
    open: (connection) => openBackend(connection, { reach, clock: Date.now }),
    idleMs: IDLE_MS,
  });
  return {
    nodes,
    reach,
    preload: async () => {
      await Promise.all((await listKinds(pool)).map((kind) => loadBackend[kind]()));
    },
    close: async () => {
      await nodes.close();
      await reach.close();
    },
  };
}
