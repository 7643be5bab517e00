import { PaywallError } from "@x402-paywall/core";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { WorkspaceContext } from "../context.ts";
import { noFacilitator } from "./require-stablecoin.ts";

/**
 * The rails on which the workspace can be paid LIVE: connected, and of this instance.
 * @throws PaywallError `conflict` where there is none: says what to do
 */
export async function requireConnectedRails(
  tx: Prisma.TransactionClient,
  ctx: WorkspaceContext,
): Promise<readonly string[]> {
  const { workspaceId, env } = ctx;
  const payout = await tx.payout.findFirst({
    where: { workspaceId, rail: "stablecoin" },
    select: { networks: true },
  });
  if (env.stablecoin === undefined) throw refuse(noFacilitator);
  if (payout === null)
    throw refuse("Connect a payment rail first, in Settings, Payment rails: LIVE money needs a place to go.");
  const offered = env.stablecoin.networks.map(({ network }) => network);
  if (!payout.networks.some((network) => offered.some((entry) => entry === network)))
    throw refuse(
      "This instance offers none of your networks any more: choose others in Settings, Payment rails.",
    );
  return ["stablecoin"];
}

function refuse(detail: string): PaywallError {
  return new PaywallError("conflict", { detail });
}
