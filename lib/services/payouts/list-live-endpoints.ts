import type { Prisma } from "../../../generated/prisma/client.ts";
import type { WorkspaceContext } from "../context.ts";
import type { EndpointRef } from "../endpoints/find-endpoint-refs.ts";

/** The LIVE endpoints that a rail alone sells for: without it nobody could pay them. */
export async function listLiveEndpoints(
  tx: Prisma.TransactionClient,
  { workspaceId }: WorkspaceContext,
  rail: string,
): Promise<readonly EndpointRef[]> {
  const others = await tx.payout.findMany({
    where: { workspaceId, rail: { not: rail } },
    select: { rail: true },
  });
  const rows = await tx.endpoint.findMany({
    where: { workspaceId, mode: "live", status: { not: "archived" }, rails: { has: rail } },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    select: { id: true, title: true, slug: true, rails: true },
  });
  return rows
    .filter(({ rails }) => !others.some((other) => rails.includes(other.rail)))
    .map(({ id, title, slug }) => ({ id, title, slug }));
}
