import type { z } from "zod";
import type { Prisma } from "../../../generated/prisma/client.ts";
import { hashToken } from "../../auth/hash-token.ts";
import { type Limit, takeAttempt } from "../../auth/rate-limit.ts";
import type { EndpointDto } from "../../query/dto.ts";
import { requireWorkspace } from "../access.ts";
import { recordAudit } from "../audit.ts";
import type { Context, WorkspaceContext } from "../context.ts";
import { suggestTitle } from "../inspection/suggest-title.ts";
import type { endpointInput } from "./endpoint-input.ts";
import { getEndpoint } from "./get-endpoint.ts";
import { planRoutes, toPricedRules } from "./plan-routes.ts";
import { comparePrices, recordPriceChanges } from "./price-history.ts";
import { toStoredPrice } from "./price-input.ts";
import { toSampleColumns } from "./sample-input.ts";
import { suggestSlug } from "./slug.ts";
import { takeFreeSlug, takeSlug } from "./take-slug.ts";
import { sealHeaders } from "./upstream-headers.ts";
import { writeRoutes } from "./write-routes.ts";

type EndpointInput = z.infer<typeof endpointInput>;

const perAddress: Limit = { name: "anonymous-endpoint", count: 60, seconds: 3_600 };

interface Created {
  readonly endpoint: EndpointDto;
  /** For the browser of a visitor whose workspace this made: whoever holds it may claim the workspace at sign-up. */
  readonly claimToken: string | null;
}

/**
 * Makes an endpoint in TEST mode. A visitor gets an anonymous workspace with it.
 * @throws PaywallError `upstream_url_rejected`, `upstream_is_self`, `conflict` for a taken slug, `rate_limited`
 */
export async function createEndpoint({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: EndpointInput;
}): Promise<Created> {
  if (ctx.actor.kind === "visitor") await takeAttempt(ctx.db.pool, perAddress, ctx.clientAddress);
  const claimToken =
    ctx.actor.kind === "visitor" && ctx.actor.workspaceId === null && !ctx.actor.sessionEnded
      ? ctx.newToken()
      : null;
  const id = ctx.newId("ep_");
  const own = await ctx.db.prisma.$transaction(async (tx) => {
    const inside =
      claimToken === null
        ? requireWorkspace(ctx, "write")
        : await makeAnonymousWorkspace(tx, ctx, claimToken);
    await insertEndpoint(tx, inside, id, input);
    return inside;
  });
  return { endpoint: await getEndpoint({ ctx: own, id }), claimToken };
}

async function makeAnonymousWorkspace(
  tx: Prisma.TransactionClient,
  ctx: Context,
  claimToken: string,
): Promise<WorkspaceContext> {
  const workspaceId = ctx.newId("ws_");
  const data = {
    id: workspaceId,
    name: "Anonymous creator",
    anonymous: true,
    claimTokenHash: hashToken(claimToken),
  };
  await tx.workspace.create({ data, select: { id: true } });
  return { ...ctx, actor: { kind: "visitor", workspaceId, sessionEnded: false }, workspaceId };
}

async function insertEndpoint(
  tx: Prisma.TransactionClient,
  ctx: WorkspaceContext,
  id: string,
  input: EndpointInput,
): Promise<void> {
  const { workspaceId, actor, newId } = ctx;
  const upstream = ctx.ports.parseUpstreamUrl(input.url);
  const url = upstream.origin + upstream.basePath;
  if (input.slug !== undefined) await takeSlug(tx, input.slug, id);
  const slug = input.slug ?? (await takeFreeSlug(tx, suggestSlug(url), id, () => randomSuffix(newId)));
  const routes = planRoutes([], input.routes ?? [], newId);
  const stored = { id, upstreamHeaders: null, upstreamHeadersKeyId: null };
  await tx.endpoint.create({
    data: {
      id,
      workspaceId,
      slug,
      title: input.title ?? suggestTitle(url),
      description: input.description ?? "",
      kind: input.kind ?? "json",
      upstreamOrigin: upstream.origin,
      upstreamBasePath: upstream.basePath,
      upstreamBaseQuery: upstream.baseQuery,
      upstreamMatch: input.match ?? (routes.length > 0 || input.kind === "openapi" ? "prefix" : "exact"),
      pricing: toStoredPrice(input.price),
      passAuthorization: input.passAuthorization ?? false,
      bindQuery: input.bindQuery ?? true,
      bindBody: input.bindBody ?? false,
      settleFirst: input.settleFirst ?? false,
      ...toSampleColumns(input.sample ?? null),
      ...sealHeaders(ctx, input.upstreamHeaders ?? [], { stored }),
    },
    select: { id: true },
  });
  await writeRoutes(tx, { workspaceId, endpointId: id }, routes);
  const prices = [{ routeId: null, rule: null, price: input.price, version: 1 }, ...toPricedRules(routes)];
  const byUserId = actor.kind === "visitor" ? null : actor.userId;
  await recordPriceChanges(tx, comparePrices([], prices), { workspaceId, endpointId: id, byUserId, newId });
  await recordAudit(tx, {
    workspaceId,
    actor,
    action: "endpoint.create",
    target: id,
    detail: { slug, upstream: url },
  });
}

function randomSuffix(newId: (prefix: string) => string): string {
  return (
    newId("")
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, "")
      .slice(0, 6) || "x"
  );
}
