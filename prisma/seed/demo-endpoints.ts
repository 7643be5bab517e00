import { randomBytes } from "node:crypto";
import { formatPrice, type Price } from "@x402-paywall/core";
import type { Pool, PoolClient } from "pg";
import { inTransaction } from "../../lib/store/in-transaction.ts";
import { type Blueprint, blueprints } from "./demo-blueprints.ts";

/** What the history needs to know of a demo endpoint. */
export interface DemoEndpoint {
  readonly id: string;
  readonly slug: string;
  readonly method: string;
  /** Requests that its history shows, with what they cost. */
  readonly requests: readonly DemoRequest[];
  readonly bytes: number;
  readonly seconds: number;
  /** Share of the history's payments. */
  readonly weight: number;
}

export interface DemoRequest {
  readonly path: string;
  /** µUSD */
  readonly price: bigint;
  readonly routeId: string | null;
}

export interface DemoOptions {
  readonly workspaceId: string;
  readonly userId: string;
  /** Of the demo upstream. */
  readonly origin: string;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Makes the demo endpoints, or only leads them to where the demo upstream is now.
 * @returns those that are new and have a past to be written
 */
export async function createDemoEndpoints(pool: Pool, options: DemoOptions): Promise<DemoEndpoint[]> {
  return inTransaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtextextended('seed:endpoints', 0))");
    const slugs = blueprints.map(({ slug }) => slug);
    await client.query(
      "update endpoint set upstream_origin = $1 where workspace_id = $2 and slug = any($3) and upstream_origin like 'http://127.0.0.1:%' and upstream_origin <> $1",
      [options.origin, options.workspaceId, slugs],
    );
    const { rows } = await client.query<{ slug: string }>("select slug from endpoint where slug = any($1)", [
      slugs,
    ]);
    const known = new Set(rows.map(({ slug }) => slug));
    const made: DemoEndpoint[] = [];
    for (const blueprint of blueprints)
      if (!known.has(blueprint.slug)) made.push(...(await insertEndpoint(client, blueprint, options)));
    return made;
  });
}

async function insertEndpoint(
  client: PoolClient,
  blueprint: Blueprint,
  options: DemoOptions,
): Promise<DemoEndpoint[]> {
  const { slug, price, route, history } = blueprint;
  const id = newId("ep_");
  const since = new Date(options.now - 31 * 86_400_000);
  await client.query(
    `insert into endpoint (id, workspace_id, slug, kind, title, description, upstream_origin, upstream_base_path,
                           upstream_match, pricing, bind_query, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      id,
      options.workspaceId,
      slug,
      blueprint.kind,
      blueprint.title,
      blueprint.description,
      options.origin,
      blueprint.basePath,
      blueprint.match,
      formatPrice(price),
      blueprint.bindQuery,
      since,
    ],
  );
  await insertPriceVersion(client, { id, rule: null, routeId: null, price, since }, options);
  const routeId = route === undefined ? null : newId("rt_");
  if (route !== undefined) {
    await client.query(
      "insert into route (id, workspace_id, endpoint_id, position, methods, path, pricing) values ($1, $2, $3, 0, $4, $5, $6)",
      [routeId, options.workspaceId, id, [route.method], route.path, formatPrice(route.price)],
    );
    const rule = `${route.method} ${route.path}`;
    await insertPriceVersion(client, { id, rule, routeId, price: route.price, since }, options);
  }
  if (history === undefined) return [];
  const requests = history.requests.map(({ path, amount, ruled }) => ({
    path,
    price: amount,
    routeId: ruled === true ? routeId : null,
  }));
  return [{ ...history, id, slug, requests }];
}

interface PriceSet {
  /** Of the endpoint. */
  readonly id: string;
  readonly rule: string | null;
  readonly routeId: string | null;
  readonly price: Price;
  readonly since: Date;
}

async function insertPriceVersion(
  client: PoolClient,
  { id, rule, routeId, price, since }: PriceSet,
  { workspaceId, userId }: DemoOptions,
): Promise<void> {
  await client.query(
    `insert into price_version (id, workspace_id, endpoint_id, rule, route_id, to_pricing, version, by_user_id, created_at)
     values ($1, $2, $3, $4, $5, $6, 1, $7, $8)`,
    [newId("pv_"), workspaceId, id, rule, routeId, formatPrice(price), userId, since],
  );
}

function newId(prefix: string): string {
  return prefix + randomBytes(16).toString("base64url");
}
