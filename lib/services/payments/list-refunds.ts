import { PaywallError } from "@x402-paywall/core";
import type { PageDto, RefundDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { toRefundDto } from "./refunds/to-refund-dto.ts";

/** More than anybody gives one payment back in: one page holds them all. */
const LIMIT = 200;

interface ListRefunds {
  readonly ctx: WorkspaceContext;
  readonly paymentId: string;
}

/** A payment's refunds, latest first. @throws PaywallError `not_found` */
export async function listRefunds({ ctx, paymentId }: ListRefunds): Promise<PageDto<RefundDto>> {
  const { workspaceId } = ctx;
  const payment = await ctx.db.prisma.payment.findFirst({
    where: { id: paymentId, workspaceId },
    select: { paymentKey: true },
  });
  if (payment === null) throw new PaywallError("not_found");
  const rows = await ctx.db.prisma.refund.findMany({
    where: { paymentKey: payment.paymentKey, workspaceId },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    take: LIMIT,
  });
  return { items: rows.map(toRefundDto), nextCursor: null };
}
