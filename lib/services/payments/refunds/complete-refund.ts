import { formatUsd } from "@x402-paywall/core";
import type { Prisma } from "../../../../generated/prisma/client.ts";
import { recordAudit } from "../../audit.ts";
import { type LockedPayment, lockPayment } from "./lock-payment.ts";
import { noteEvent } from "./note-event.ts";
import type { RefundDeps } from "./refund-deps.ts";
import { withdrawEntitlement } from "./withdraw-entitlement.ts";

export interface OpenRefund {
  readonly id: string;
  readonly paymentKey: string;
  /** µUSD */
  readonly amount: bigint;
}

/**
 * Writes down that the money went back: refund, payment, ledger, rollup, entitlement, timeline and audit in one
 * transaction. Once: whoever comes second changes nothing.
 * @param reference the rail's
 */
export function completeRefund(deps: RefundDeps, refund: OpenRefund, reference: string): Promise<void> {
  const { prisma, now } = deps;
  return prisma.$transaction(async (tx) => {
    const payment = await lockPayment(tx, refund.paymentKey);
    const at = now();
    const { count } = await tx.refund.updateMany({
      where: { id: refund.id, state: { in: ["pending", "unknown"] } },
      data: { state: "done", reference, settledAt: new Date(at) },
    });
    if (count === 0 || payment === undefined) return;
    const isFull = payment.refunded + refund.amount === payment.receipt?.amount;
    await tx.payment.update({
      where: { paymentKey: payment.paymentKey },
      data: { refunded: { increment: refund.amount }, ...(isFull ? { state: "refunded" } : {}) },
    });
    await post(tx, payment, refund, at);
    if (isFull) await withdrawEntitlement(tx, payment, at);
    await noteEvent(tx, payment, {
      state: isFull ? "refunded" : "refunded-in-part",
      detail: `$${formatUsd(refund.amount)}, ${reference}`,
      at,
    });
    await recordAudit(tx, {
      workspaceId: payment.workspaceId,
      actor: "system",
      action: "payment.refunded",
      target: payment.id,
      detail: { refund: refund.id, amount: refund.amount.toString(), reference },
    });
  });
}

/** Both sides of the entry, and the hour that the dashboard adds up. */
async function post(
  tx: Prisma.TransactionClient,
  payment: LockedPayment,
  { id, amount }: OpenRefund,
  at: number,
): Promise<void> {
  const { workspaceId, endpointId, mode, wire, rail } = payment;
  const entry = { transactionId: id, workspaceId, endpointId, mode, createdAt: new Date(at) };
  await tx.ledgerEntry.createMany({
    data: [
      { ...entry, account: "refunds", amount: -amount },
      { ...entry, account: `rail:${rail}`, amount },
    ],
  });
  await tx.$executeRaw`
    insert into rollup_hourly as r (workspace_id, mode, hour, endpoint_id, wire, refunded)
    values (${workspaceId}, ${mode}, date_trunc('hour', ${new Date(at)}::timestamptz, 'UTC'), ${endpointId}, ${wire}, ${amount})
    on conflict (workspace_id, mode, hour, endpoint_id, wire) do update set refunded = r.refunded + excluded.refunded`;
}
