import type { Prisma } from "../../../generated/prisma/client.ts";
import type { PayoutEndpointDto } from "../../query/payout-dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { findConnectedRails, type LiveRail } from "./find-connected-rails.ts";

/** The LIVE endpoints that a rail sells for, and whether it is the only one: without it nobody could pay those. */
export async function listLiveEndpoints(
  tx: Prisma.TransactionClient,
  ctx: WorkspaceContext,
  rail: LiveRail,
): Promise<readonly PayoutEndpointDto[]> {
  const { rails } = await findConnectedRails(tx, ctx);
  const others = rails.filter((other) => other !== rail);
  const rows = await tx.endpoint.findMany({
    where: {
      workspaceId: ctx.workspaceId,
      mode: "live",
      status: { not: "archived" },
      rails: { has: rail },
    },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    select: { id: true, title: true, slug: true, rails: true },
  });
  return rows.map(({ id, title, slug, rails: own }) => ({
    id,
    title,
    slug,
    onlyRail: !others.some((other) => own.includes(other)),
  }));
}
