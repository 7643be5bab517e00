import { PaywallError, type Price } from "@x402-paywall/core";
import type { z } from "zod";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { EndpointDto } from "../../query/dto.ts";
import { recordAudit } from "../audit.ts";
import type { WorkspaceContext } from "../context.ts";
import type { endpointPatch } from "./endpoint-input.ts";
import { getEndpoint } from "./get-endpoint.ts";
import { lockEndpoint } from "./lock-endpoint.ts";
import { type PlannedRoute, planRoutes, readRoutes, toPricedRules } from "./plan-routes.ts";
import { comparePrices, recordPriceChanges } from "./price-history.ts";
import { isSamePrice, readStoredPrice, toStoredPrice } from "./price-input.ts";
import { toSampleColumns } from "./sample-input.ts";
import { takeSlug } from "./take-slug.ts";
import { sealHeaders } from "./upstream-headers.ts";
import { writeRoutes } from "./write-routes.ts";

type EndpointPatch = z.infer<typeof endpointPatch>;
type LockedEndpoint = Awaited<ReturnType<typeof lockEndpoint>>;

interface UpdateEndpoint {
  readonly ctx: WorkspaceContext;
  readonly id: string;
  readonly input: EndpointPatch;
}

/**
 * Changes what is given. Quotes that are out stay good at their price; a former slug keeps leading here.
 * @throws PaywallError `not_found`, `conflict` for a taken slug, `upstream_url_rejected`, `upstream_is_self`
 */
export async function updateEndpoint({ ctx, id, input }: UpdateEndpoint): Promise<EndpointDto> {
  await ctx.db.prisma.$transaction(async (tx) => {
    const before = await lockEndpoint(tx, ctx, id);
    if (input.slug !== undefined && input.slug !== before.slug) await changeSlug(tx, before, input.slug);
    const old = readPrices(before);
    const price = input.price ?? old.price;
    const routes = input.routes === undefined ? old.routes : planRoutes(old.routes, input.routes, ctx.newId);
    const priceVersion = old.priceVersion + (isSamePrice(old.price, price) ? 0 : 1);
    await tx.endpoint.update({
      where: { id },
      data: { ...toColumns(ctx, before, input), priceVersion },
      select: { id: true },
    });
    if (input.routes !== undefined)
      await writeRoutes(tx, { workspaceId: ctx.workspaceId, endpointId: id }, routes);
    await recordPrices(tx, ctx, id, old, { price, priceVersion, routes });
    const { actor, workspaceId } = ctx;
    // Names only: a value may be a secret.
    await recordAudit(tx, {
      workspaceId,
      actor,
      action: "endpoint.update",
      target: id,
      detail: { fields: Object.keys(input) },
    });
  });
  return getEndpoint({ ctx, id });
}

async function changeSlug(tx: Prisma.TransactionClient, before: LockedEndpoint, slug: string): Promise<void> {
  await takeSlug(tx, slug, before.id);
  await tx.endpointSlug.create({
    data: { slug: before.slug, endpointId: before.id },
    select: { slug: true },
  });
}

function toColumns(
  ctx: WorkspaceContext,
  before: LockedEndpoint,
  input: EndpointPatch,
): Prisma.EndpointUpdateInput {
  const { url, match, price, routes: _routes, upstreamHeaders, sample, ...plain } = input;
  const upstream = url === undefined ? undefined : ctx.ports.parseUpstreamUrl(url);
  if (upstream !== undefined && upstream.origin !== before.upstreamOrigin)
    refuseMovingSecrets(before, upstreamHeaders);
  return {
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...(match === undefined ? {} : { upstreamMatch: match }),
    ...(price === undefined ? {} : { pricing: toStoredPrice(price) }),
    ...(sample === undefined ? {} : toSampleColumns(sample)),
    ...(upstream === undefined
      ? {}
      : {
          upstreamOrigin: upstream.origin,
          upstreamBasePath: upstream.basePath,
          upstreamBaseQuery: upstream.baseQuery,
        }),
    ...(upstreamHeaders === undefined ? {} : sealHeaders(ctx, upstreamHeaders, { stored: before })),
  };
}

/** Values are write-only: whoever may edit could otherwise read them by pointing the endpoint at a server of their own. */
function refuseMovingSecrets(before: LockedEndpoint, headers: EndpointPatch["upstreamHeaders"]): void {
  const keepsOne =
    headers === undefined
      ? before.upstreamHeaderNames.length > 0
      : headers.some((header) => header.value === null);
  if (!keepsOne) return;
  const message = "The URL leads to another server: write the header values again.";
  throw new PaywallError("validation_failed", {
    detail: message,
    errors: [{ field: "upstreamHeaders", message }],
  });
}

interface Prices {
  readonly price: Price;
  readonly priceVersion: number;
  readonly routes: readonly PlannedRoute[];
}

function readPrices({ pricing, priceVersion, routes }: LockedEndpoint): Prices {
  return { price: readStoredPrice(pricing), priceVersion, routes: readRoutes(routes) };
}

async function recordPrices(
  tx: Prisma.TransactionClient,
  ctx: WorkspaceContext,
  endpointId: string,
  before: Prices,
  after: Prices,
): Promise<void> {
  const toPrices = ({ price, priceVersion, routes }: Prices) => [
    { routeId: null, rule: null, price, version: priceVersion },
    ...toPricedRules(routes),
  ];
  const { actor, workspaceId, newId } = ctx;
  const byUserId = actor.kind === "visitor" ? null : actor.userId;
  await recordPriceChanges(tx, comparePrices(toPrices(before), toPrices(after)), {
    workspaceId,
    endpointId,
    byUserId,
    newId,
  });
}
