import { randomBytes } from "node:crypto";
import type { Pool, PoolClient } from "pg";
import { inTransaction } from "../../lib/store/in-transaction.ts";

/** What the history needs to know of a demo endpoint. Prices in µUSD. */
export interface DemoEndpoint {
  readonly id: string;
  readonly slug: string;
  readonly price: bigint;
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
  readonly price: bigint;
  readonly routeId: string | null;
}

interface Blueprint {
  readonly slug: string;
  readonly kind: "json" | "stream" | "file";
  readonly title: string;
  readonly description: string;
  readonly basePath: string;
  readonly match: "exact" | "prefix";
  readonly price: bigint;
  readonly bindQuery: boolean;
  readonly method: string;
  readonly paths: readonly string[];
  readonly route?: {
    readonly method: string;
    readonly path: string;
    readonly price: bigint;
    readonly example: string;
  };
  readonly bytes: number;
  readonly seconds: number;
  readonly weight: number;
}

const blueprints: readonly Blueprint[] = [
  {
    slug: "demo-json",
    kind: "json",
    title: "Weather and quotes",
    description: "A small JSON API: weather by city, exchange quotes, and a premium report.",
    basePath: "/v1",
    match: "prefix",
    price: 10_000n,
    bindQuery: true,
    method: "GET",
    paths: ["/weather", "/quotes/BTC", "/quotes/ETH"],
    route: { method: "GET", path: "/premium/*", price: 50_000n, example: "/premium/report" },
    bytes: 420,
    seconds: 0.04,
    weight: 0.55,
  },
  {
    slug: "demo-chat",
    kind: "stream",
    title: "Chat completions",
    description: "An OpenAI-compatible chat completion; with stream: true the answer arrives word by word.",
    basePath: "/v1/chat/completions",
    match: "exact",
    price: 20_000n,
    bindQuery: false,
    method: "POST",
    paths: [""],
    bytes: 3_800,
    seconds: 0.9,
    weight: 0.33,
  },
  {
    slug: "demo-file",
    kind: "file",
    title: "Field recordings, 50 MB",
    description: "A large file; players and download managers may ask for parts of it.",
    basePath: "/files/demo.bin",
    match: "exact",
    price: 50_000n,
    bindQuery: false,
    method: "GET",
    paths: [""],
    bytes: 52_428_800,
    seconds: 2.5,
    weight: 0.12,
  },
];

export interface DemoOptions {
  readonly workspaceId: string;
  readonly userId: string;
  /** Of the demo upstream. */
  readonly origin: string;
  /** Milliseconds. */
  readonly now: number;
}

/** Makes the demo endpoints, or only leads them to where the demo upstream is now. @returns those that are new */
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
      if (!known.has(blueprint.slug)) made.push(await insertEndpoint(client, blueprint, options));
    return made;
  });
}

async function insertEndpoint(
  client: PoolClient,
  blueprint: Blueprint,
  options: DemoOptions,
): Promise<DemoEndpoint> {
  const { slug, price, method, route, bytes, seconds, weight } = blueprint;
  const id = newId("ep_");
  const since = new Date(options.now - 31 * 86_400_000);
  await client.query(
    `insert into endpoint (id, workspace_id, slug, kind, title, description, upstream_origin, upstream_base_path,
                           upstream_match, price, bind_query, created_at)
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
      price,
      blueprint.bindQuery,
      since,
    ],
  );
  await insertPriceVersion(client, { id, rule: null, price, since }, options);
  const requests: DemoRequest[] = blueprint.paths.map((path) => ({ path, price, routeId: null }));
  if (route !== undefined) {
    const routeId = newId("rt_");
    await client.query(
      "insert into route (id, workspace_id, endpoint_id, position, methods, path, price) values ($1, $2, $3, 0, $4, $5, $6)",
      [routeId, options.workspaceId, id, [route.method], route.path, route.price],
    );
    await insertPriceVersion(
      client,
      { id, rule: `${route.method} ${route.path}`, price: route.price, since },
      options,
    );
    requests.push({ path: route.example, price: route.price, routeId });
  }
  return { id, slug, price, method, requests, bytes, seconds, weight };
}

async function insertPriceVersion(
  client: PoolClient,
  change: { readonly id: string; readonly rule: string | null; readonly price: bigint; readonly since: Date },
  { workspaceId, userId }: DemoOptions,
): Promise<void> {
  await client.query(
    `insert into price_version (id, workspace_id, endpoint_id, rule, to_price, version, by_user_id, created_at)
     values ($1, $2, $3, $4, $5, 1, $6, $7)`,
    [newId("pv_"), workspaceId, change.id, change.rule, change.price, userId, change.since],
  );
}

function newId(prefix: string): string {
  return prefix + randomBytes(16).toString("base64url");
}
