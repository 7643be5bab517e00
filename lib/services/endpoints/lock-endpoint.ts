import { PaywallError } from "@x402-paywall/core";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { WorkspaceContext } from "../context.ts";
import { endpointColumns } from "./endpoint-columns.ts";

/**
 * The endpoint, held until the transaction ends: of two edits at once the second one sees what the first one did, and
 * the history tells both in order.
 * @throws PaywallError `not_found`
 */
export async function lockEndpoint(tx: Prisma.TransactionClient, ctx: WorkspaceContext, id: string) {
  await tx.$queryRaw`select id from endpoint where id = ${id} and workspace_id = ${ctx.workspaceId} for update`;
  const row = await tx.endpoint.findFirst({
    where: { id, workspaceId: ctx.workspaceId },
    select: { ...endpointColumns, upstreamHeaders: true, upstreamHeadersKeyId: true },
  });
  if (row === null) throw new PaywallError("not_found");
  return row;
}
