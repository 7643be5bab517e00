import { formatPrice, type PriceJson } from "@x402-paywall/core";
import type { z } from "zod";
import type { pageQuery } from "../../http/page-query.ts";
import type { PageDto, PriceChangeDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { afterCursor, byCreation, newestFirst, toPage } from "../keyset.ts";
import { assertOwnEndpoint } from "./assert-own-endpoint.ts";
import { readStoredPrice } from "./price-input.ts";

interface ListPriceChanges {
  readonly ctx: WorkspaceContext;
  readonly id: string;
  readonly input: z.infer<typeof pageQuery>;
}

/** Who set which price when, newest first. @throws PaywallError `not_found` */
export async function listPriceChanges({
  ctx,
  id,
  input,
}: ListPriceChanges): Promise<PageDto<PriceChangeDto>> {
  await assertOwnEndpoint(ctx, id);
  const rows = await ctx.db.prisma.priceVersion.findMany({
    where: { endpointId: id, workspaceId: ctx.workspaceId, ...afterCursor(input.cursor) },
    orderBy: newestFirst,
    take: input.limit + 1,
    select: {
      id: true,
      createdAt: true,
      rule: true,
      fromPricing: true,
      toPricing: true,
      byUser: { select: { name: true } },
    },
  });
  return toPage(rows, input.limit, byCreation, (row) => ({
    at: row.createdAt.toISOString(),
    by: row.byUser?.name ?? "Anonymous",
    rule: row.rule,
    from: toPriceDto(row.fromPricing),
    to: toPriceDto(row.toPricing),
  }));
}

function toPriceDto(stored: unknown): PriceJson | null {
  return stored === null ? null : formatPrice(readStoredPrice(stored));
}
