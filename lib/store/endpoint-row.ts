import type { Mode, RailId, ResourceKind, WireId } from "@x402-paywall/core";
import type { Endpoint, Route } from "@x402-paywall/proxy";
import type { Pool } from "pg";
import { readFormerPrices, readRulePrice, type FormerPriceRow } from "./rule-price.ts";
import { openUpstreamHeaders, type SecretBox } from "./secret-box.ts";
import { runQuery } from "./statement.ts";

interface EndpointRow {
  id: string;
  workspace_id: string;
  slug: string;
  version: number;
  mode: Mode;
  status: Endpoint["status"];
  title: string;
  description: string;
  creator_name: string;
  kind: ResourceKind;
  upstream_origin: string;
  upstream_base_path: string;
  upstream_base_query: string;
  upstream_match: "exact" | "prefix";
  upstream_headers: Uint8Array | null;
  upstream_headers_key_id: string | null;
  head_timeout_ms: number;
  idle_timeout_ms: number;
  max_request_bytes: string;
  pricing: unknown;
  price_version: number;
  wires: Exclude<WireId, "access">[];
  rails: RailId[];
  bind_query: boolean;
  bind_body: boolean;
  pass_authorization: boolean;
  browser_access_seconds: number;
  settle_first: boolean;
  sample_content_type: string | null;
  sample_body: string | null;
  payouts: PayoutRow[];
  lightning_node: string | null;
  routes: RouteRow[];
  former_prices: FormerPriceRow[];
  revoked: string[];
}

interface RouteRow {
  id: string;
  methods: string[];
  path: string;
  pricing: unknown;
  version: number;
}

interface PayoutRow {
  rail: string;
  address: string;
  networks: string[];
}

/**
 * The endpoint that has the slug, or had it before.
 * @throws PaywallError `store_unavailable` where a price of it cannot be read: closed, never free
 */
export async function loadEndpoint(pool: Pool, box: SecretBox, slug: string): Promise<Endpoint | undefined> {
  const rows = await runQuery<EndpointRow>(pool, {
    name: "load-endpoint",
    text: `
      select e.*, w.name as creator_name, coalesce((
        select json_agg(json_build_object('id', r.id, 'methods', r.methods, 'path', r.path, 'pricing', r.pricing,
                                          'version', r.price_version) order by r.position)
        from route r where r.endpoint_id = e.id), '[]') as routes, coalesce((
        select json_agg(json_build_object('routeId', v.route_id, 'pricing', v.from_pricing,
                                          'version', case when v.to_pricing is null then v.version else v.version - 1 end)
                        order by v.created_at desc)
        from price_version v
        where v.endpoint_id = e.id and v.created_at > now() - interval '15 minutes' and v.from_pricing is not null
          and (v.rule is null) = (v.route_id is null)), '[]') as former_prices, array(
        select t.id from entitlement t where t.endpoint_id = e.id and t.revoked_at is not null and t.kind = 'pass'
          and t.expires_at > now()) as revoked, coalesce((
        select json_agg(json_build_object('rail', p.rail, 'address', p.address, 'networks', p.networks))
        from payout p where p.workspace_id = e.workspace_id), '[]') as payouts, (
        select n.id from lightning_node n where n.workspace_id = e.workspace_id and n.retired_at is null) as lightning_node
      from endpoint e join workspace w on w.id = e.workspace_id
      where e.id = coalesce((select id from endpoint where slug = $1),
                            (select endpoint_id from endpoint_slug where slug = $1))`,
    values: [slug],
  });
  const [row] = rows;
  return row && toEndpoint(row, box);
}

function toEndpoint(row: EndpointRow, box: SecretBox): Endpoint {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    slug: row.slug,
    version: row.version,
    mode: row.mode,
    status: row.status,
    title: row.title,
    description: row.description,
    creatorName: row.creator_name,
    kind: row.kind,
    upstream: {
      origin: row.upstream_origin,
      basePath: row.upstream_base_path,
      baseQuery: row.upstream_base_query,
      match: row.upstream_match,
      headers: openHeaders(row, box),
      headTimeoutMs: row.head_timeout_ms,
      idleTimeoutMs: row.idle_timeout_ms,
      maxRequestBytes: Number(row.max_request_bytes),
    },
    defaultPrice: readRulePrice(row.pricing, row.price_version, row.id),
    routes: row.routes.map(toRoute),
    wires: row.wires,
    rails: row.rails,
    binding: { query: row.bind_query, body: row.bind_body },
    passAuthorization: row.pass_authorization,
    browserAccessSeconds: row.browser_access_seconds,
    formerPrices: readFormerPrices(row.former_prices),
    revoked: new Set(row.revoked),
    ...toSellingChoices(row),
  };
}

/** What is absent where the creator has chosen nothing. */
function toSellingChoices(row: EndpointRow): Pick<Endpoint, "settleFirst" | "payouts" | "sample"> {
  const { sample_content_type: contentType, sample_body: body } = row;
  const payouts = toPayouts(row);
  return {
    ...(row.settle_first ? { settleFirst: true } : {}),
    ...(contentType === null || body === null ? {} : { sample: { contentType, body } }),
    ...(Object.keys(payouts).length === 0 ? {} : { payouts }),
  };
}

function toPayouts(row: EndpointRow): NonNullable<Endpoint["payouts"]> {
  const stablecoin = row.payouts.find(({ rail }) => rail === "stablecoin");
  const { lightning_node: nodeId } = row;
  return {
    ...(stablecoin === undefined
      ? {}
      : { stablecoin: { payTo: stablecoin.address, networks: stablecoin.networks } }),
    ...(nodeId === null ? {} : { lightning: { nodeId } }),
  };
}

function openHeaders(row: EndpointRow, box: SecretBox): Endpoint["upstream"]["headers"] {
  const { upstream_headers: bytes, upstream_headers_key_id: keyId } = row;
  return bytes === null || keyId === null
    ? []
    : openUpstreamHeaders(box, row.workspace_id, row.id, { bytes, keyId });
}

function toRoute({ id, methods, path, pricing, version }: RouteRow): Route {
  return {
    id,
    methods: methods.length === 0 ? null : methods,
    path,
    price: readRulePrice(pricing, version, id),
  };
}
