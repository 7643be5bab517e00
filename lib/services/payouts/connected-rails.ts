import { PaywallError } from "@x402-paywall/core";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { WorkspaceContext } from "../context.ts";
import { findConnectedRails, type LiveRail } from "./find-connected-rails.ts";
import { noFacilitator } from "./require-stablecoin.ts";

/**
 * The rails on which the workspace can be paid LIVE, at least one.
 * @throws PaywallError `conflict` where there is none: says what to do
 */
export async function requireConnectedRails(
  tx: Prisma.TransactionClient,
  ctx: WorkspaceContext,
): Promise<readonly LiveRail[]> {
  const { rails, hasAddress } = await findConnectedRails(tx, ctx);
  if (rails.length > 0) return rails;
  if (!hasAddress)
    throw refuse("Connect a payment rail first, in Settings, Payment rails: LIVE money needs a place to go.");
  if (ctx.env.stablecoin === undefined) throw refuse(noFacilitator);
  throw refuse(
    "This instance offers none of your networks any more: choose others in Settings, Payment rails.",
  );
}

function refuse(detail: string): PaywallError {
  return new PaywallError("conflict", { detail });
}
