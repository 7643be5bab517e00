import type { Prisma } from "../../../generated/prisma/client.ts";
import type { WorkspaceContext } from "../context.ts";
import type { LiveRail } from "./find-connected-rails.ts";

/**
 * Has every LIVE endpoint take money on a rail that was just connected; archived ones too, which may come back.
 * @returns ids of those that did not before
 */
export async function addLiveRail(
  tx: Prisma.TransactionClient,
  { workspaceId }: WorkspaceContext,
  rail: LiveRail,
): Promise<readonly string[]> {
  const rows = await tx.endpoint.updateManyAndReturn({
    where: { workspaceId, mode: "live", NOT: { rails: { has: rail } } },
    data: { rails: { push: rail } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/**
 * Takes a rail that was just disconnected from the LIVE endpoints that have another; what has no other is archived, and is
 * given the connected ones when it sells again. @returns ids of those that had it
 */
export async function removeLiveRail(
  tx: Prisma.TransactionClient,
  { workspaceId }: WorkspaceContext,
  rail: LiveRail,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<readonly { readonly id: string }[]>`
    update endpoint set rails = array_remove(rails, ${rail})
    where workspace_id = ${workspaceId} and mode = 'live' and ${rail} = any(rails) and cardinality(rails) > 1
    returning id`;
  return rows.map(({ id }) => id);
}
