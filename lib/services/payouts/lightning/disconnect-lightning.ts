import { recordAudit } from "../../audit.ts";
import type { UserContext } from "../../context.ts";
import { lockWorkspace } from "../../lock-workspace.ts";
import { removeLiveRail } from "../live-rails.ts";
import { requireOtherRails } from "../require-other-rails.ts";
import { requireOwner } from "../require-owner.ts";

/**
 * Has no more LIVE invoices made by the workspace's node; doing so again changes nothing. It stays readable for a day, so that
 * its invoices are honoured.
 * @throws PaywallError `forbidden` but for an owner; `conflict` while LIVE endpoints have no other rail: says which
 */
export async function disconnectLightning({ ctx }: { readonly ctx: UserContext }): Promise<void> {
  await requireOwner(ctx);
  const { workspaceId, actor } = ctx;
  await ctx.db.prisma.$transaction(async (tx) => {
    await lockWorkspace(tx, ctx);
    const before = await tx.lightningNode.findFirst({
      where: { workspaceId, retiredAt: null },
      select: { id: true, kind: true, address: true, nodeKey: true },
    });
    if (before === null) return;
    await requireOtherRails(tx, ctx, "lightning");
    await tx.lightningNode.update({
      where: { id: before.id },
      data: { retiredAt: new Date(ctx.now()) },
      select: { id: true },
    });
    const endpoints = await removeLiveRail(tx, ctx, "lightning");
    await recordAudit(tx, {
      workspaceId,
      actor,
      action: "payout.disconnect",
      target: "lightning",
      detail: { ...before, endpoints: [...endpoints] },
    });
  });
}
