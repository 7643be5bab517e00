import type { Pool } from "pg";

/** An endpoint of a storm. Two workspaces share them, so that one can be given the other's bytes. */
export interface StormEndpoint {
  readonly slug: string;
  /** JSON of a price. */
  readonly pricing: object;
  /** Methods that have a rule of their own, at the same price. */
  readonly rules?: readonly string[];
}

/** What makes endpoints LIVE. */
export interface LiveSale {
  readonly wires: readonly string[];
  readonly rails: readonly string[];
  /** Writes down where the workspace's money goes. */
  connect(pool: Pool, workspace: Workspace, secretKey: Uint8Array): Promise<unknown>;
}

export const workspaces = ["ws_even", "ws_odd"] as const;
export type Workspace = (typeof workspaces)[number];

/** Of the endpoint at that place in its storm's list. */
export function workspaceAt(index: number): Workspace {
  return index % 2 === 0 ? "ws_even" : "ws_odd";
}

/** µUSD. */
export const stormPrice = 10_000n;

export const flatPrice = { model: "per-request", amount: `${stormPrice}` };

/** Endpoints at one price, so that nothing but the binding tells them apart. */
export function namedEndpoints(count: number): readonly StormEndpoint[] {
  return Array.from({ length: count }, (_, index) => ({ slug: `storm-${index}`, pricing: flatPrice }));
}

/** Writes them as the control plane would have. Each asks `<origin>/t/<slug>` and binds the query. */
export async function writeEndpoints(
  pool: Pool,
  upstreamOrigin: string,
  endpoints: readonly StormEndpoint[],
  secretKey: Uint8Array,
  sale?: LiveSale,
): Promise<void> {
  for (const id of workspaces) {
    await pool.query("insert into workspace (id, name) values ($1, $1)", [id]);
    await sale?.connect(pool, id, secretKey);
  }
  const live = ["live", sale?.wires, sale?.rails];
  const test = ["test", ["x402", "l402", "mpp"], ["sandbox"]];
  for (const [index, { slug, pricing, rules = [] }] of endpoints.entries()) {
    const id = `ep_${slug}`;
    const workspace = workspaceAt(index);
    await pool.query(
      `insert into endpoint (id, workspace_id, slug, title, upstream_origin, upstream_base_path, bind_query, pricing,
                             mode, wires, rails)
       values ($1, $2, $3, $3, $4, $5, true, $6, $7, $8, $9)`,
      [id, workspace, slug, upstreamOrigin, `/t/${slug}`, pricing, ...(sale === undefined ? test : live)],
    );
    for (const [position, method] of rules.entries())
      await pool.query(
        `insert into route (id, workspace_id, endpoint_id, position, methods, path, pricing)
         values ($1, $2, $3, $4, $5, '/*', $6)`,
        [`rt_${slug}_${method}`, workspace, id, position, [method], pricing],
      );
  }
}
