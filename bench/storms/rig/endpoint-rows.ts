import type { Pool } from "pg";

/** An endpoint of a storm. Two workspaces share them, so that one can be given the other's bytes. */
export interface StormEndpoint {
  readonly slug: string;
  /** JSON of a price. */
  readonly pricing: object;
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
): Promise<void> {
  for (const id of ["ws_even", "ws_odd"])
    await pool.query("insert into workspace (id, name) values ($1, $1)", [id]);
  for (const [index, { slug, pricing }] of endpoints.entries()) {
    await pool.query(
      `insert into endpoint (id, workspace_id, slug, title, upstream_origin, upstream_base_path, bind_query, pricing)
       values ($1, $2, $3, $3, $4, $5, true, $6)`,
      [`ep_${slug}`, index % 2 === 0 ? "ws_even" : "ws_odd", slug, upstreamOrigin, `/t/${slug}`, pricing],
    );
  }
}
