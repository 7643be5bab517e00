import { PaywallError } from "@x402-paywall/core";
import type { EntitlementDetailDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { findEndpointRefs } from "../endpoints/find-endpoint-refs.ts";
import { oneOf } from "../one-of.ts";
import { entitlementColumns, toEntitlementDto } from "./to-entitlement-dto.ts";

/** One entitlement with what drew on it. @throws PaywallError `not_found` */
export async function getEntitlement({
  ctx,
  id,
}: {
  readonly ctx: WorkspaceContext;
  readonly id: string;
}): Promise<EntitlementDetailDto> {
  const { prisma } = ctx.db;
  const { workspaceId } = ctx;
  const row = await prisma.entitlement.findFirst({
    where: { id, workspaceId },
    select: { ...entitlementColumns, paymentKey: true },
  });
  if (row === null) throw new PaywallError("not_found");
  const { paymentKey } = row;
  const [endpointOf, payment, holds] = await Promise.all([
    findEndpointRefs(ctx, [row.endpointId]),
    paymentKey === null
      ? null
      : prisma.payment.findFirst({ where: { paymentKey, workspaceId }, select: { id: true } }),
    prisma.hold.findMany({
      where: { entitlementId: id, workspaceId },
      orderBy: [{ createdAt: "desc" }, { id: "asc" }],
      take: 100,
    }),
  ]);
  return {
    ...toEntitlementDto(row, endpointOf, ctx.now()),
    paymentId: payment?.id ?? null,
    holds: holds.map((hold) => ({
      id: hold.id,
      state: oneOf(hold.state, ["held", "settled", "released"]),
      amount: hold.amount.toString(),
      captured: hold.captured.toString(),
      uses: hold.uses,
      createdAt: hold.createdAt.toISOString(),
      settledAt: hold.settledAt?.toISOString() ?? null,
    })),
  };
}
