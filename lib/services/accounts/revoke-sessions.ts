import { recordAudit } from "../audit.ts";
import type { UserContext } from "../context.ts";

/** Logs the user out everywhere: each request compares the session's version with the raised one. */
export async function revokeSessions({ ctx }: { readonly ctx: UserContext }): Promise<void> {
  const { actor, workspaceId } = ctx;
  await ctx.db.prisma.$transaction(async (tx) => {
    await tx.user.update({
      where: { id: actor.userId },
      data: { sessionVersion: { increment: 1 } },
      select: { id: true },
    });
    await recordAudit(tx, { workspaceId, actor, action: "user.revoke-sessions", target: actor.userId });
  });
}
