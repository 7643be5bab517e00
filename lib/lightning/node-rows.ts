import type { LightningConnection, NodeFailure } from "@x402-paywall/proxy/rails/lightning";
import type { Pool } from "pg";
import type { SecretBox } from "../store/secret-box.ts";
import { runQuery } from "../store/statement.ts";
import { openConnection } from "./sealed-connection.ts";

/** A replaced node still answers for its invoices so long; then its secret is erased. */
const RETIRED = "interval '1 day'";

/** A node whose settlements this process reads. */
export interface WatchedNode {
  readonly id: string;
  /** As stored when it was taken. */
  readonly cursor: string | null;
  /** Unix seconds: all that had run out an hour before was asked for by then. */
  readonly seenAt: number;
}

/** How to reach a node; `undefined` where there is none, or its secret was erased. */
export async function loadConnection(
  pool: Pool,
  box: SecretBox,
  nodeId: string,
): Promise<LightningConnection | undefined> {
  const [row] = await runQuery<{ workspaceId: string; bytes: Buffer; keyId: string }>(pool, {
    name: "load-connection",
    text: `select workspace_id as "workspaceId", connection as bytes, connection_key_id as "keyId"
           from lightning_node where id = $1 and connection is not null`,
    values: [nodeId],
  });
  return row && openConnection(box, row.workspaceId, nodeId, row);
}

/** Of all that are connected, on whichever workspace. */
export async function listKinds(pool: Pool): Promise<readonly LightningConnection["kind"][]> {
  const rows = await runQuery<{ kind: LightningConnection["kind"] }>(pool, {
    name: "list-node-kinds",
    text: "select distinct kind from lightning_node where connection is not null",
    values: [],
  });
  return rows.map(({ kind }) => kind);
}

/**
 * Takes nodes that nobody watches, and renews those of this watcher that are half over. Who is skipped is looked at the
 * next time.
 * @param limit How many at most, its own before others.
 */
export function leaseNodes(
  pool: Pool,
  watcher: string,
  { leaseMs, limit }: { readonly leaseMs: number; readonly limit: number },
): Promise<WatchedNode[]> {
  return runQuery<WatchedNode>(pool, {
    name: "lease-nodes",
    text: `with due as (
             select id from lightning_node
             where connection is not null and (retired_at is null or retired_at > now() - ${RETIRED})
               and (watcher is null or watcher_until < now()
                 or (watcher = $1 and watcher_until < now() + $2 * interval '0.5 ms'))
             order by watcher is not distinct from $1 desc, id limit $3 for update skip locked
           )
           update lightning_node n set watcher = $1, watcher_until = now() + $2 * interval '1 ms'
           from due where n.id = due.id
           returning n.id, n.cursor, extract(epoch from coalesce(n.seen_at, n.created_at))::float8 as "seenAt"`,
    values: [watcher, leaseMs, limit],
  });
}

/** Others need not wait for the end of the leases. */
export async function leaveNodes(pool: Pool, watcher: string): Promise<void> {
  await runQuery(pool, {
    name: "leave-nodes",
    text: "update lightning_node set watcher = null, watcher_until = null where watcher = $1",
    values: [watcher],
  });
}

interface OfWatcher {
  readonly nodeId: string;
  readonly watcher: string;
}

/** Nothing happens where another one watches meanwhile. */
export async function storeCursor(pool: Pool, { nodeId, watcher }: OfWatcher, cursor: string): Promise<void> {
  await runQuery(pool, {
    name: "store-cursor",
    text: "update lightning_node set cursor = $3 where id = $1 and watcher = $2",
    values: [nodeId, watcher, cursor],
  });
}

/** It answers, and what was open was asked for. */
export async function noteSeen(pool: Pool, { nodeId, watcher }: OfWatcher): Promise<void> {
  await runQuery(pool, {
    name: "note-seen",
    text: "update lightning_node set seen_at = now(), failure = null where id = $1 and watcher = $2",
    values: [nodeId, watcher],
  });
}

export async function noteFailure(
  pool: Pool,
  { nodeId, watcher }: OfWatcher,
  failure: NodeFailure,
): Promise<void> {
  await runQuery(pool, {
    name: "note-failure",
    text: `update lightning_node set failure = $3 where id = $1 and watcher = $2 and failure is distinct from $3`,
    values: [nodeId, watcher, failure],
  });
}

/** Erases the secrets of nodes that were replaced a day ago. @returns how many */
export async function forgetRetiredNodes(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `update lightning_node set connection = null, connection_key_id = null, watcher = null, watcher_until = null
     where retired_at <= now() - ${RETIRED} and connection is not null`,
  );
  return rowCount ?? 0;
}
