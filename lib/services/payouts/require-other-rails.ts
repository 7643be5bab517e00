import { PaywallError } from "@x402-paywall/core";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { WorkspaceContext } from "../context.ts";
import type { LiveRail } from "./find-connected-rails.ts";
import { listLiveEndpoints } from "./list-live-endpoints.ts";

/** @throws PaywallError `conflict` while a rail is the only one of LIVE endpoints: names them */
export async function requireOtherRails(
  tx: Prisma.TransactionClient,
  ctx: WorkspaceContext,
  rail: LiveRail,
): Promise<void> {
  const selling = (await listLiveEndpoints(tx, ctx, rail)).filter(({ onlyRail }) => onlyRail);
  if (selling.length === 0) return;
  const names = selling.map(({ title }) => title).join(", ");
  throw new PaywallError("conflict", {
    detail: `Nobody could pay these LIVE endpoints any more: ${names}. Put them back to TEST, or archive them, first.`,
    extensions: { endpoints: selling.map(({ id, title, slug }) => ({ id, title, slug })) },
  });
}
