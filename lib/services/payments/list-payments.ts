import { z } from "zod";
import { pageQuery } from "../../http/page-query.ts";
import type { PageDto, PaymentDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { assertOwnEndpoint } from "../endpoints/assert-own-endpoint.ts";
import { findEndpointRefs } from "../endpoints/find-endpoint-refs.ts";
import { id } from "../fields.ts";
import { afterCursor, byCreation, newestFirst, toPage } from "../keyset.ts";
import { paymentColumns, paymentStates, toPaymentDto } from "./to-payment-dto.ts";

export const listPaymentsInput = pageQuery.extend({
  endpoint: id.optional(),
  state: z.enum(paymentStates).optional(),
  mode: z.enum(["test", "live"]).optional(),
});

interface ListPayments {
  readonly ctx: WorkspaceContext;
  readonly input: z.infer<typeof listPaymentsInput>;
}

/** Payments of the workspace, newest first. @throws PaywallError `not_found` for another workspace's endpoint */
export async function listPayments({ ctx, input }: ListPayments): Promise<PageDto<PaymentDto>> {
  const { endpoint, state, mode, limit, cursor } = input;
  await assertOwnEndpoint(ctx, endpoint);
  const rows = await ctx.db.prisma.payment.findMany({
    where: {
      workspaceId: ctx.workspaceId,
      ...(endpoint === undefined ? {} : { endpointId: endpoint }),
      ...(state === undefined ? {} : { state }),
      ...(mode === undefined ? {} : { mode }),
      ...afterCursor(cursor),
    },
    orderBy: newestFirst,
    take: limit + 1,
    select: paymentColumns,
  });
  const endpointOf = await findEndpointRefs(
    ctx,
    rows.map((row) => row.endpointId),
  );
  return toPage(rows, limit, byCreation, (row) => toPaymentDto(row, endpointOf));
}
