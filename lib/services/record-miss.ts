import { PaywallError } from "@x402-paywall/core";
import { type Limit, takeAttempt } from "../auth/rate-limit.ts";
import { recordAudit } from "./audit.ts";
import type { Context } from "./context.ts";

// The log cannot be shortened, so a client that asks for a missing id all day must not fill it.
const perWorkspace: Limit = { name: "audit-miss", count: 60, seconds: 3_600 };

/**
 * Notes in the log of whoever asked that an id was not there for them. Whether it is another workspace's is not even
 * looked up, so the answer takes as long for either.
 */
export async function recordMiss({
  ctx,
  target,
}: {
  readonly ctx: Context;
  readonly target: string;
}): Promise<void> {
  const { actor, db } = ctx;
  const { workspaceId } = actor;
  if (workspaceId === null) return;
  try {
    await takeAttempt(db.pool, perWorkspace, workspaceId);
    await db.prisma.$transaction((tx) =>
      recordAudit(tx, { workspaceId, actor, action: "access.not-found", target }),
    );
  } catch (error) {
    // Nothing was changed that this would have to stand beside: the 404 goes out in any case.
    if (!(error instanceof PaywallError)) ctx.logError("a miss was not recorded", error);
  }
}
