import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { UserActor } from "../services/context.ts";
import type { SessionClaims } from "./session-token.ts";

/**
 * The user of a session that still holds: the account is there and nobody has logged out everywhere since. Asked on
 * each request, because a token cannot be taken back.
 */
export async function findSession(
  prisma: PrismaClient,
  claims: SessionClaims,
): Promise<UserActor | undefined> {
  const membership = await prisma.membership.findFirst({
    where: { userId: claims.userId, user: { sessionVersion: claims.sessionVersion } },
    orderBy: [{ createdAt: "asc" }, { workspaceId: "asc" }],
    select: { workspaceId: true },
  });
  return membership === null
    ? undefined
    : { kind: "user", userId: claims.userId, workspaceId: membership.workspaceId };
}
