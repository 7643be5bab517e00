import type { LightningPayoutDto } from "../../../query/payout-dto.ts";
import type { WorkspaceContext } from "../../context.ts";
import { oneOf } from "../../one-of.ts";
import { listLiveEndpoints } from "../list-live-endpoints.ts";
import { describeFailure } from "./describe-failure.ts";

/** The node in use, without how it is reached; `null` where none is. */
export async function findLightningPayout(ctx: WorkspaceContext): Promise<LightningPayoutDto | null> {
  const { prisma } = ctx.db;
  const row = await prisma.lightningNode.findFirst({
    where: { workspaceId: ctx.workspaceId, retiredAt: null },
    omit: { connection: true, connectionKeyId: true },
  });
  if (row === null) return null;
  const [liveEndpoints, user] = await Promise.all([
    listLiveEndpoints(prisma, ctx, "lightning"),
    prisma.user.findUnique({ where: { id: row.createdBy }, select: { name: true } }),
  ]);
  const kind = oneOf(row.kind, ["lnd", "nwc", "phoenixd"]);
  const facts = { address: row.address, network: ctx.env.lightningNetwork, extra: [], said: "" };
  return {
    kind,
    address: row.address,
    nodeKey: row.nodeKey,
    createdAt: row.createdAt.toISOString(),
    createdBy: user?.name ?? "Somebody who left",
    seenAt: row.seenAt?.toISOString() ?? null,
    problem: row.failure === null ? null : describeFailure(kind, oneOf(row.failure, failures), facts),
    liveEndpoints,
  };
}

const failures = [
  "unreachable",
  "timeout",
  "certificate",
  "unauthorized",
  "forbidden",
  "unavailable",
  "refused",
  "malformed",
] as const;
