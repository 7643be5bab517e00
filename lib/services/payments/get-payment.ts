import { PaywallError } from "@x402-paywall/core";
import type { PaymentDetailDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { findEndpointRefs } from "../endpoints/find-endpoint-refs.ts";
import { entitlementColumns, toEntitlementDto } from "../entitlements/to-entitlement-dto.ts";
import { toBitcoinDto } from "../receipts/to-bitcoin-dto.ts";
import { toRecord } from "../to-record.ts";
import { describeRefundable } from "./describe-refundable.ts";
import { toRefundDto } from "./refunds/to-refund-dto.ts";
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
    select: { ...paymentColumns, attempts: true, quote: true, entitlementId: true, refundDueAt: true },
  });
  if (row === null) throw new PaywallError("not_found");
  const own = { paymentKey: row.paymentKey, workspaceId };
  const [events, endpointOf, refunds, receipt, entitlement] = await Promise.all([
    prisma.paymentEvent.findMany({
      where: own,
      orderBy: { id: "asc" },
      take: 200,
      select: { at: true, state: true, detail: true },
    }),
    findEndpointRefs(ctx, [row.endpointId]),
    prisma.refund.findMany({ where: own, orderBy: [{ createdAt: "desc" }, { id: "asc" }], take: 200 }),
    row.receiptId === null
      ? null
      : prisma.receipt.findFirst({
          where: { id: row.receiptId, workspaceId },
          select: { amount: true, rail: true, settled: true, rate: true },
        }),
    row.entitlementId === null
      ? null
      : prisma.entitlement.findFirst({
          where: { id: row.entitlementId, workspaceId },
          select: entitlementColumns,
        }),
  ]);
  const canRefund = ctx.ports.findRail(receipt?.rail ?? row.rail, row.mode)?.refund !== undefined;
  return {
    ...toPaymentDto(row, endpointOf),
    // The first claim is the row itself.
    timeline: [{ at: row.createdAt, state: "claimed", detail: null }, ...events].map((event) => ({
      ...event,
      at: event.at.toISOString(),
    })),
    attempts: row.attempts,
    quote: toRecord(row.quote),
    charged: receipt?.amount.toString() ?? null,
    bitcoin: receipt && toBitcoinDto(receipt.settled, receipt.rate),
    refunds: refunds.map(toRefundDto),
    ...describeRefundable({
      payment: row,
      charged: receipt?.amount ?? null,
      refunds,
      entitlement,
      canRefund,
    }),
    refundDueAt: row.refundDueAt?.toISOString() ?? null,
    entitlement: entitlement && toEntitlementDto(entitlement, endpointOf, ctx.now()),
  };
}
