import type { WorkspaceContext } from "../context.ts";

/** What a list shows of the endpoint that a row is about. */
export interface EndpointRef {
  readonly id: string;
  readonly title: string;
  readonly slug: string;
}

/** References by id. Money rows outlive their endpoints: one that is gone keeps its id. */
export async function findEndpointRefs(
  ctx: WorkspaceContext,
  ids: readonly string[],
): Promise<(id: string) => EndpointRef> {
  const rows = await ctx.db.prisma.endpoint.findMany({
    where: { workspaceId: ctx.workspaceId, id: { in: [...new Set(ids)] } },
    select: { id: true, title: true, slug: true },
  });
  const known = new Map(rows.map((row) => [row.id, row]));
  return (id) => known.get(id) ?? { id, title: "Removed endpoint", slug: "" };
}
