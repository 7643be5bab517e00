import { PaywallError } from "@x402-paywall/core";
import type { WorkspaceContext } from "../context.ts";

/** For filters: a list of another workspace's endpoint is not empty, it is not there. @throws PaywallError `not_found` */
export async function assertOwnEndpoint(ctx: WorkspaceContext, id: string | undefined): Promise<void> {
  if (id === undefined) return;
  const row = await ctx.db.prisma.endpoint.findFirst({
    where: { id, workspaceId: ctx.workspaceId },
    select: { id: true },
  });
  if (row === null) throw new PaywallError("not_found");
}
