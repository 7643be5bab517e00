import { z } from "zod";
import { pageQuery } from "../../http/page-query.ts";
import type { EndpointDto, PageDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { afterCursor, byCreation, newestFirst, toPage } from "../keyset.ts";
import { endpointColumns } from "./endpoint-columns.ts";
import { toEndpointDtos } from "./to-endpoint-dto.ts";

export const listEndpointsInput = pageQuery.extend({
  status: z.enum(["active", "paused", "archived"]).optional(),
  mode: z.enum(["test", "live"]).optional(),
});

interface ListEndpoints {
  readonly ctx: WorkspaceContext;
  readonly input: z.infer<typeof listEndpointsInput>;
}

/** Endpoints of the workspace, newest first; each status and mode unless one is asked for. */
export async function listEndpoints({ ctx, input }: ListEndpoints): Promise<PageDto<EndpointDto>> {
  const { status, mode, limit, cursor } = input;
  const rows = await ctx.db.prisma.endpoint.findMany({
    where: {
      workspaceId: ctx.workspaceId,
      ...(status === undefined ? {} : { status }),
      ...(mode === undefined ? {} : { mode }),
      ...afterCursor(cursor),
    },
    orderBy: newestFirst,
    take: limit + 1,
    select: endpointColumns,
  });
  const page = toPage(rows, limit, byCreation, (row) => row);
  return { ...page, items: await toEndpointDtos(ctx, page.items) };
}
