import { recordAudit } from "../audit.ts";
import type { UserContext } from "../context.ts";
import { lockWorkspace } from "../lock-workspace.ts";
import { removeLiveRail } from "./live-rails.ts";
import { requireOtherRails } from "./require-other-rails.ts";
import { requireOwner } from "./require-owner.ts";

/**
 * Forgets where the workspace's LIVE stablecoins go; doing so again changes nothing.
 * @throws PaywallError `forbidden` but for an owner; `conflict` while LIVE endpoints have no other rail: says which
 */
export async function disconnectPayout({ ctx }: { readonly ctx: UserContext }): Promise<void> {
  await requireOwner(ctx);
  const { workspaceId, actor } = ctx;
  const where = { workspaceId_rail: { workspaceId, rail: "stablecoin" } };
  await ctx.db.prisma.$transaction(async (tx) => {
    await lockWorkspace(tx, ctx);
    const before = await tx.payout.findUnique({ where, select: { address: true, networks: true } });
    if (before === null) return;
    await requireOtherRails(tx, ctx, "stablecoin");
    await tx.payout.delete({ where, select: { rail: true } });
    const endpoints = await removeLiveRail(tx, ctx, "stablecoin");
    await recordAudit(tx, {
      workspaceId,
      actor,
      action: "payout.disconnect",
      target: "stablecoin",
      detail: { ...before, endpoints: [...endpoints] },
    });
  });
}
