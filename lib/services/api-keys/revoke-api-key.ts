import { PaywallError } from "@x402-paywall/core";
import { recordAudit } from "../audit.ts";
import type { UserContext } from "../context.ts";

/** Ends a key at once. @throws PaywallError `not_found` */
export async function revokeApiKey({
  ctx,
  id,
}: {
  readonly ctx: UserContext;
  readonly id: string;
}): Promise<void> {
  const { actor, workspaceId } = ctx;
  await ctx.db.prisma.$transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({
      where: { id, workspaceId, revokedAt: null },
      data: { revokedAt: new Date(ctx.now()) },
    });
    if (count === 0) throw new PaywallError("not_found");
    await recordAudit(tx, { workspaceId, actor, action: "api-key.revoke", target: id });
  });
}
