import type { MeDto } from "../../query/dto.ts";
import type { Context } from "../context.ts";

/** Who asks, for every visitor. */
export async function getMe({ ctx }: { readonly ctx: Context }): Promise<MeDto> {
  const { actor, db, env, ports } = ctx;
  const userId = actor.kind === "visitor" ? null : actor.userId;
  const isLive = { mode: "live", status: { not: "archived" } } as const;
  const [user, workspace, live, forBitcoin] = await Promise.all([
    userId === null
      ? null
      : db.prisma.user.findUnique({ where: { id: userId }, select: { id: true, email: true, name: true } }),
    actor.workspaceId === null
      ? null
      : db.prisma.workspace.findUnique({
          where: { id: actor.workspaceId },
          select: { id: true, name: true, anonymous: true },
        }),
    actor.workspaceId === null
      ? null
      : db.prisma.endpoint.findFirst({
          where: { workspaceId: actor.workspaceId, ...isLive },
          select: { id: true },
        }),
    actor.workspaceId === null
      ? null
      : db.prisma.endpoint.findFirst({
          where: { workspaceId: actor.workspaceId, ...isLive, rails: { has: "lightning" } },
          select: { id: true },
        }),
  ]);
  const msatPerUsd = ports.getMsatPerUsd("test");
  // Who sells nothing for Bitcoin makes nobody ask an exchange.
  const liveMsatPerUsd = forBitcoin === null ? undefined : ports.getMsatPerUsd("live");
  return {
    user,
    workspace: workspace && { ...workspace, live: live !== null },
    contentUrl: env.contentUrl,
    ...(msatPerUsd === undefined ? {} : { msatPerUsd: msatPerUsd.toString() }),
    ...(liveMsatPerUsd === undefined ? {} : { liveMsatPerUsd: liveMsatPerUsd.toString() }),
  };
}
