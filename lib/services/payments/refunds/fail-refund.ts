import { formatUsd } from "@x402-paywall/core";
import { recordAudit } from "../../audit.ts";
import type { OpenRefund } from "./complete-refund.ts";
import { lockPayment } from "./lock-payment.ts";
import { noteEvent } from "./note-event.ts";
import type { RefundDeps } from "./refund-deps.ts";

/** The rail refused and nothing moved: what was reserved for the refund is the payer's again. Once. */
export function failRefund(deps: RefundDeps, refund: OpenRefund, detail: string): Promise<void> {
  const { prisma, now } = deps;
  return prisma.$transaction(async (tx) => {
    const payment = await lockPayment(tx, refund.paymentKey);
    const at = now();
    const { count } = await tx.refund.updateMany({
      where: { id: refund.id, state: { in: ["pending", "unknown"] } },
      data: { state: "failed", settledAt: new Date(at) },
    });
    if (count === 0 || payment === undefined) return;
    const { paymentKey, workspaceId, entitlement } = payment;
    if (entitlement?.kind === "balance") {
      const { id } = entitlement;
      await tx.entitlement.update({ where: { id }, data: { deposited: { increment: refund.amount } } });
    }
    // It was due only because of this refund: its credential works again.
    if (payment.state === "refund-due" && payment.refundDueAt === null)
      await tx.payment.update({ where: { paymentKey }, data: { state: "settled" } });
    await noteEvent(tx, payment, {
      state: "refund-failed",
      detail: `$${formatUsd(refund.amount)}: ${detail.slice(0, 300)}`,
      at,
    });
    await recordAudit(tx, {
      workspaceId,
      actor: "system",
      action: "payment.refund-failed",
      target: payment.id,
      detail: { refund: refund.id },
    });
  });
}
