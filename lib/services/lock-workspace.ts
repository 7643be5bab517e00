import type { Prisma } from "../../generated/prisma/client.ts";
import type { WorkspaceContext } from "./context.ts";

/**
 * Holds the workspace until the transaction ends, so that where its money goes and what sells for money change one after
 * the other. Taken before any lock on an endpoint. Rows that only refer to the workspace may be written meanwhile.
 */
export async function lockWorkspace(tx: Prisma.TransactionClient, ctx: WorkspaceContext): Promise<void> {
  await tx.$queryRaw`select id from workspace where id = ${ctx.workspaceId} for no key update`;
}
