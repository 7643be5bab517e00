import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { KeyActor, Scope } from "../services/context.ts";
import { hashToken } from "./hash-token.ts";

const scopes: readonly Scope[] = ["read", "write"];
const lastUsedResolutionMs = 60_000;

/** `pk_` and 32 bytes or more, base64url. */
const apiKeyPattern = /^pk_[A-Za-z0-9_-]{32,200}$/;

/** The key's actor while it is not revoked and whoever made it is still a member. */
export async function findApiKey(
  prisma: PrismaClient,
  key: string,
  now: number,
): Promise<KeyActor | undefined> {
  if (!apiKeyPattern.test(key)) return undefined;
  const row = await prisma.apiKey.findUnique({
    where: { hash: hashToken(key) },
    select: { id: true, workspaceId: true, userId: true, scopes: true, revokedAt: true, lastUsedAt: true },
  });
  if (row === null || row.userId === null || row.revokedAt !== null) return undefined;
  const where = { workspaceId_userId: { workspaceId: row.workspaceId, userId: row.userId } };
  if ((await prisma.membership.findUnique({ where, select: { userId: true } })) === null) return undefined;
  if (row.lastUsedAt === null || now - row.lastUsedAt.getTime() > lastUsedResolutionMs) {
    await prisma.apiKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } });
  }
  return {
    kind: "key",
    keyId: row.id,
    userId: row.userId,
    workspaceId: row.workspaceId,
    scopes: scopes.filter((scope) => row.scopes.includes(scope)),
  };
}
