import { PaywallError } from "@x402-paywall/core";
import type { PaymentDetailDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { findEndpointRefs } from "../endpoints/find-endpoint-refs.ts";
import { toRecord } from "../to-record.ts";
import { paymentColumns, toPaymentDto } from "./to-payment-dto.ts";

/** One payment with what happened to it, oldest first. @throws PaywallError `not_found` */
export async function getPayment({
  ctx,
  id,
}: {
  readonly ctx: WorkspaceContext;
  readonly id: string;
}): Promise<PaymentDetailDto> {
  const { prisma } = ctx.db;
  const { workspaceId } = ctx;
  const row = await prisma.payment.findFirst({
    where: { id, workspaceId },
    select: { ...paymentColumns, attempts: true, quote: true },
  });
  if (row === null) throw new PaywallError("not_found");
  const [events, endpointOf] = await Promise.all([
    prisma.paymentEvent.findMany({
      where: { paymentKey: row.paymentKey, workspaceId },
      orderBy: { id: "asc" },
      take: 200,
      select: { at: true, state: true, detail: true },
    }),
    findEndpointRefs(ctx, [row.endpointId]),
  ]);
  return {
    ...toPaymentDto(row, endpointOf),
    // The first claim is the row itself.
    timeline: [{ at: row.createdAt, state: "claimed", detail: null }, ...events].map((event) => ({
      ...event,
      at: event.at.toISOString(),
    })),
    attempts: row.attempts,
    quote: toRecord(row.quote),
  };
}
