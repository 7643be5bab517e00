import { z } from "zod";
import { pageQuery } from "../../http/page-query.ts";
import type { EntitlementDto, PageDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { assertOwnEndpoint } from "../endpoints/assert-own-endpoint.ts";
import { findEndpointRefs } from "../endpoints/find-endpoint-refs.ts";
import { id } from "../fields.ts";
import { afterCursor, byCreation, newestFirst, toPage } from "../keyset.ts";
import { entitlementColumns, toEntitlementDto } from "./to-entitlement-dto.ts";

export const listEntitlementsInput = pageQuery.extend({
  endpoint: id.optional(),
  mode: z.enum(["test", "live"]).optional(),
});

interface ListEntitlements {
  readonly ctx: WorkspaceContext;
  readonly input: z.infer<typeof listEntitlementsInput>;
}

/** What payers have bought, newest first. @throws PaywallError `not_found` for another workspace's endpoint */
export async function listEntitlements({ ctx, input }: ListEntitlements): Promise<PageDto<EntitlementDto>> {
  const { endpoint, mode, limit, cursor } = input;
  await assertOwnEndpoint(ctx, endpoint);
  const rows = await ctx.db.prisma.entitlement.findMany({
    where: {
      workspaceId: ctx.workspaceId,
      ...(endpoint === undefined ? {} : { endpointId: endpoint }),
      ...(mode === undefined ? {} : { mode }),
      ...afterCursor(cursor),
    },
    orderBy: newestFirst,
    take: limit + 1,
    select: entitlementColumns,
  });
  const endpointOf = await findEndpointRefs(
    ctx,
    rows.map((row) => row.endpointId),
  );
  const now = ctx.now();
  return toPage(rows, limit, byCreation, (row) => toEntitlementDto(row, endpointOf, now));
}
