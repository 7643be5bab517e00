import { formatPrice } from "@x402-paywall/core";
import type { EndpointDto, EndpointKindDto, EndpointStatusDto, ModeDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { oneOf } from "../one-of.ts";
import type { EndpointRow } from "./endpoint-columns.ts";
import { toSampleDto } from "./sample-input.ts";
import { readStoredPrice } from "./price-input.ts";

interface Sums {
  readonly revenue: string;
  readonly paidRequests: number;
}

/** Endpoints with what each has earned in its mode. */
export async function toEndpointDtos(
  ctx: WorkspaceContext,
  rows: readonly EndpointRow[],
): Promise<readonly EndpointDto[]> {
  const sums = await sumEndpoints(
    ctx,
    rows.map((row) => row.id),
  );
  return rows.map((row) =>
    toEndpointDto(row, sums.get(row.id) ?? { revenue: "0", paidRequests: 0 }, ctx.env.contentUrl),
  );
}

async function sumEndpoints(
  ctx: WorkspaceContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Sums>> {
  if (ids.length === 0) return new Map();
  const { rows } = await ctx.db.pool.query<{ id: string; revenue: string; paid: string }>({
    name: "sum-endpoints",
    text: `select r.endpoint_id as id, sum(r.revenue - r.refunded)::text as revenue, sum(r.paid_requests)::text as paid
           from rollup_hourly r join endpoint e on e.id = r.endpoint_id and e.mode = r.mode
           where r.workspace_id = $1 and r.endpoint_id = any($2) group by r.endpoint_id`,
    values: [ctx.workspaceId, ids],
  });
  return new Map(rows.map((row) => [row.id, { revenue: row.revenue, paidRequests: Number(row.paid) }]));
}

function toEndpointDto(row: EndpointRow, sums: Sums, contentUrl: string): EndpointDto {
  return {
    id: row.id,
    slug: row.slug,
    mode: oneOf<ModeDto>(row.mode, ["test", "live"]),
    status: oneOf<EndpointStatusDto>(row.status, ["active", "paused", "archived"]),
    kind: oneOf<EndpointKindDto>(row.kind, ["json", "stream", "file", "page", "openapi"]),
    title: row.title,
    description: row.description,
    upstreamUrl: upstreamUrl(row),
    match: oneOf(row.upstreamMatch, ["exact", "prefix"]),
    price: formatPrice(readStoredPrice(row.pricing)),
    routes: row.routes.map(({ id, methods, path, pricing }) => ({
      id,
      methods: methods.length === 0 ? null : methods,
      path,
      price: formatPrice(readStoredPrice(pricing)),
    })),
    upstreamHeaderNames: row.upstreamHeaderNames,
    passAuthorization: row.passAuthorization,
    bindQuery: row.bindQuery,
    bindBody: row.bindBody,
    rails: row.rails,
    settleFirst: row.settleFirst,
    sample: toSampleDto(row),
    url: `${contentUrl}/p/${row.slug}`,
    ...sums,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function upstreamUrl(row: EndpointRow): string {
  return `${row.upstreamOrigin}${row.upstreamBasePath}${row.upstreamBaseQuery === "" ? "" : `?${row.upstreamBaseQuery}`}`;
}
