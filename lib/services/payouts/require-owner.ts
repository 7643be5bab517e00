import { PaywallError } from "@x402-paywall/core";
import type { UserContext } from "../context.ts";

/** @throws PaywallError `forbidden` for a member who does not own the workspace */
export async function requireOwner(ctx: UserContext): Promise<void> {
  const { workspaceId, actor, db } = ctx;
  const owner = await db.prisma.membership.findFirst({
    where: { workspaceId, userId: actor.userId, role: "owner" },
    select: { userId: true },
  });
  if (owner === null) {
    const detail = "Only an owner of this workspace may change where its money goes.";
    throw new PaywallError("forbidden", { detail });
  }
}
