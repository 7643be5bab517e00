import type { z } from "zod";
import type { pageQuery } from "../../http/page-query.ts";
import type { ApiKeyDto, PageDto } from "../../query/dto.ts";
import type { UserContext } from "../context.ts";
import { afterCursor, byCreation, newestFirst, toPage } from "../keyset.ts";
import { apiKeyColumns, toApiKeyDto } from "./to-api-key-dto.ts";

/** Keys that still work, newest first. */
export async function listApiKeys({
  ctx,
  input,
}: {
  readonly ctx: UserContext;
  readonly input: z.infer<typeof pageQuery>;
}): Promise<PageDto<ApiKeyDto>> {
  const rows = await ctx.db.prisma.apiKey.findMany({
    where: { workspaceId: ctx.workspaceId, revokedAt: null, ...afterCursor(input.cursor) },
    orderBy: newestFirst,
    take: input.limit + 1,
    select: apiKeyColumns,
  });
  return toPage(rows, input.limit, byCreation, toApiKeyDto);
}
