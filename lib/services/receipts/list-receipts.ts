import type { z } from "zod";
import { pageQuery } from "../../http/page-query.ts";
import type { PageDto, ReceiptDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { assertOwnEndpoint } from "../endpoints/assert-own-endpoint.ts";
import { findEndpointRefs } from "../endpoints/find-endpoint-refs.ts";
import { toPage } from "../keyset.ts";
import { receiptFilter, whereReceipts } from "./receipt-filter.ts";
import { bySettlement, latestSettled, receiptColumns, toReceiptDto } from "./to-receipt-dto.ts";

export const listReceiptsInput = pageQuery.extend(receiptFilter.shape);

interface ListReceipts {
  readonly ctx: WorkspaceContext;
  readonly input: z.infer<typeof listReceiptsInput>;
}

/** Receipts of the workspace, latest settlement first. @throws PaywallError `not_found` for another workspace's endpoint */
export async function listReceipts({ ctx, input }: ListReceipts): Promise<PageDto<ReceiptDto>> {
  await assertOwnEndpoint(ctx, input.endpoint);
  const rows = await ctx.db.prisma.receipt.findMany({
    where: whereReceipts(ctx, input, input.cursor),
    orderBy: latestSettled,
    take: input.limit + 1,
    select: receiptColumns,
  });
  const endpointOf = await findEndpointRefs(
    ctx,
    rows.map((row) => row.endpointId),
  );
  return toPage(rows, input.limit, bySettlement, (row) => toReceiptDto(row, endpointOf));
}
