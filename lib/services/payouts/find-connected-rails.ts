import type { Prisma } from "../../../generated/prisma/client.ts";
import type { WorkspaceContext } from "../context.ts";

/** What an endpoint can be paid on LIVE, in the order in which it is shown. */
export type LiveRail = "stablecoin" | "lightning";

/** What is connected, and whether this instance can still use it. */
export interface ConnectedRails {
  readonly rails: readonly LiveRail[];
  /** An address is there, whether it can be used or not. */
  readonly hasAddress: boolean;
}

/** The rails on which the workspace can be paid LIVE: connected, and of this instance. */
export async function findConnectedRails(
  tx: Prisma.TransactionClient,
  { workspaceId, env }: WorkspaceContext,
): Promise<ConnectedRails> {
  const payout = await tx.payout.findFirst({
    where: { workspaceId, rail: "stablecoin" },
    select: { networks: true },
  });
  const node = await tx.lightningNode.findFirst({
    where: { workspaceId, retiredAt: null },
    select: { id: true },
  });
  const offered = (env.stablecoin?.networks ?? []).map(({ network }) => network);
  const canTakeDollars =
    payout?.networks.some((network) => offered.some((entry) => entry === network)) === true;
  return {
    rails: [
      ...(canTakeDollars ? (["stablecoin"] as const) : []),
      ...(node === null ? [] : (["lightning"] as const)),
    ],
    hasAddress: payout !== null,
  };
}
