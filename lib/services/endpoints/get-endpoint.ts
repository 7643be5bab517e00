import { PaywallError } from "@x402-paywall/core";
import type { EndpointDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { endpointColumns } from "./endpoint-columns.ts";
import { toEndpointDtos } from "./to-endpoint-dto.ts";

/** @throws PaywallError `not_found`, the same for another workspace's endpoint as for none */
export async function getEndpoint({
  ctx,
  id,
}: {
  readonly ctx: WorkspaceContext;
  readonly id: string;
}): Promise<EndpointDto> {
  const row = await ctx.db.prisma.endpoint.findFirst({
    where: { id, workspaceId: ctx.workspaceId },
    select: endpointColumns,
  });
  const [dto] = row === null ? [] : await toEndpointDtos(ctx, [row]);
  if (dto === undefined) throw new PaywallError("not_found");
  return dto;
}
