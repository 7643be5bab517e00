import { z } from "zod";
import type { Prisma } from "../../../generated/prisma/client.ts";
import type { Cursor } from "../../http/cursor.ts";
import type { WorkspaceContext } from "../context.ts";
import { id } from "../fields.ts";

/** What a list of receipts and its export can be narrowed to. */
export const receiptFilter = z.strictObject({
  endpoint: id.optional(),
  mode: z.enum(["test", "live"]).optional(),
});

export type ReceiptFilter = z.infer<typeof receiptFilter>;

/** Prisma condition for the workspace's receipts behind a cursor, ordered by settlement. */
export function whereReceipts(
  ctx: WorkspaceContext,
  filter: ReceiptFilter,
  cursor: Cursor | undefined,
): Prisma.ReceiptWhereInput {
  const { endpoint, mode } = filter;
  return {
    workspaceId: ctx.workspaceId,
    ...(endpoint === undefined ? {} : { endpointId: endpoint }),
    ...(mode === undefined ? {} : { mode }),
    ...(cursor === undefined
      ? {}
      : { settledAt: { lte: cursor.at }, OR: [{ settledAt: { lt: cursor.at } }, { id: { gt: cursor.id } }] }),
  };
}
