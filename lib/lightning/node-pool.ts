import {
  type LightningBackend,
  type LightningConnection,
  LightningNodeError,
  type LightningNodes,
} from "@x402-paywall/proxy/rails/lightning";
import { reportCalls } from "./report-calls.ts";

export interface NodePoolOptions {
  /** How to reach a node; `undefined`: it is not connected. */
  readonly load: (nodeId: string) => Promise<LightningConnection | undefined>;
  readonly open: (connection: LightningConnection) => Promise<LightningBackend>;
  /** A backend that nobody used for so long is closed. */
  readonly idleMs: number;
}

/** The open backends of this process, one for each node, whoever needs it. */
export interface NodePool extends LightningNodes {
  /** Closes all of them; none is opened any more. */
  close(): Promise<void>;
}

interface Open {
  readonly backend: Promise<LightningBackend | undefined>;
  usedAt: number;
  /** Calls that run, subscriptions included. */
  busy: number;
  failures: number;
}

/** Calls in a row that did not get through; then a new connection is tried. */
const FAILURES = 3;

/** Backends are opened on first use, and anew where one does not get through any more. */
export function createNodePool({ load, open, idleMs }: NodePoolOptions): NodePool {
  const nodes = new Map<string, Open>();
  let closed = false;

  const leave = (nodeId: string, node: Open): void => {
    if (nodes.get(nodeId) === node) nodes.delete(nodeId);
    void closeOpen(node);
  };
  const report = (nodeId: string, node: Open) => ({
    begin: () => {
      node.busy++;
    },
    end: (error?: unknown) => {
      node.busy--;
      node.usedAt = Date.now();
      node.failures = isLost(error) ? node.failures + 1 : 0;
      if (node.failures >= FAILURES) leave(nodeId, node);
    },
  });
  const openNode = async (nodeId: string, node: Open): Promise<LightningBackend | undefined> => {
    const connection = await load(nodeId);
    if (connection !== undefined) return reportCalls(await open(connection), report(nodeId, node));
    nodes.delete(nodeId);
    return undefined;
  };
  const idle = setInterval(() => {
    for (const [nodeId, node] of nodes)
      if (node.busy === 0 && Date.now() - node.usedAt >= idleMs) leave(nodeId, node);
  }, idleMs).unref();

  return {
    find: (nodeId) => {
      if (closed) return undefined;
      const known = nodes.get(nodeId);
      if (known !== undefined) {
        known.usedAt = Date.now();
        return known.backend;
      }
      const { promise, resolve, reject } = Promise.withResolvers<LightningBackend | undefined>();
      const node: Open = { backend: promise, usedAt: Date.now(), busy: 0, failures: 0 };
      nodes.set(nodeId, node);
      openNode(nodeId, node).then(resolve, (error: unknown) => {
        // The next one tries again.
        nodes.delete(nodeId);
        reject(error);
      });
      return promise;
    },
    close: async () => {
      closed = true;
      clearInterval(idle);
      await Promise.all([...nodes.values()].map(closeOpen));
      nodes.clear();
    },
  };
}

async function closeOpen({ backend }: Open): Promise<void> {
  try {
    await (await backend)?.close();
  } catch {
    // It is thrown away: how it failed was said to whoever asked it.
  }
}

function isLost(error: unknown): boolean {
  return (
    error instanceof LightningNodeError && (error.failure === "unreachable" || error.failure === "timeout")
  );
}
