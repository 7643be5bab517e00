import { PaywallError } from "@x402-paywall/core";
import { recordAudit } from "../audit.ts";
import type { UserContext } from "../context.ts";
import { lockWorkspace } from "../lock-workspace.ts";
import { listLiveEndpoints } from "./list-live-endpoints.ts";
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
    const selling = await listLiveEndpoints(tx, ctx, "stablecoin");
    if (selling.length > 0) {
      const names = selling.map(({ title }) => title).join(", ");
      throw new PaywallError("conflict", {
        detail: `Nobody could pay these LIVE endpoints any more: ${names}. Put them back to TEST, or archive them, first.`,
        extensions: { endpoints: selling.map(({ id, title, slug }) => ({ id, title, slug })) },
      });
    }
    await tx.payout.delete({ where, select: { rail: true } });
    await recordAudit(tx, {
      workspaceId,
      actor,
      action: "payout.disconnect",
      target: "stablecoin",
      detail: before,
    });
  });
}
