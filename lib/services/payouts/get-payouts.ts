import type { PayoutsDto, StablecoinPayoutDto } from "../../query/payout-dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { oneOf } from "../one-of.ts";
import { findLightningPayout } from "./lightning/find-lightning-payout.ts";
import { listLiveEndpoints } from "./list-live-endpoints.ts";
import { noFacilitator } from "./require-stablecoin.ts";
import { toNetworkDto } from "./to-network-dto.ts";

/** Which rails are possible on this instance, and where the workspace's LIVE money goes. */
export async function getPayouts({ ctx }: { readonly ctx: WorkspaceContext }): Promise<PayoutsDto> {
  const { stablecoin } = ctx.env;
  return {
    stablecoin: {
      unavailable: stablecoin === undefined ? noFacilitator : null,
      networks: (stablecoin?.networks ?? []).map(toNetworkDto),
      connected: await findStablecoinPayout(ctx),
    },
    lightning: { network: ctx.env.lightningNetwork, connected: await findLightningPayout(ctx) },
  };
}

async function findStablecoinPayout(ctx: WorkspaceContext): Promise<StablecoinPayoutDto | null> {
  const { prisma } = ctx.db;
  const row = await prisma.payout.findFirst({
    where: { workspaceId: ctx.workspaceId, rail: "stablecoin" },
  });
  if (row === null) return null;
  const [liveEndpoints, user] = await Promise.all([
    listLiveEndpoints(prisma, ctx, "stablecoin"),
    prisma.user.findUnique({ where: { id: row.updatedBy }, select: { name: true } }),
  ]);
  return {
    address: row.address,
    kind: oneOf(row.kind, ["account", "contract"]),
    networks: row.networks,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: user?.name ?? "Somebody who left",
    liveEndpoints,
  };
}
