import { formatUsd, PaywallError } from "@x402-paywall/core";
import type { Prisma } from "../../../../generated/prisma/client.ts";
import { recordAudit } from "../../audit.ts";
import type { Actor } from "../../context.ts";
import { describeManualRefund } from "./describe-manual-refund.ts";
import { type LockedPayment, lockPayment } from "./lock-payment.ts";
import { noteEvent } from "./note-event.ts";
import type { RefundDeps } from "./refund-deps.ts";

export interface NewRefund {
  /** `rfd_…`; the same id is the same refund. */
  readonly id: string;
  readonly paymentKey: string;
  readonly actor: Actor | "system";
  /** µUSD; absent: all that is left. */
  readonly amount?: bigint;
  readonly reason: string;
}

/**
 * Reserves the money and writes the intent down, before the rail is asked: the sum of a payment's refunds that may have
 * moved never exceeds its receipt, and what is given back of a balance can no longer be spent. A refund that is there
 * already is only confirmed.
 * @throws PaywallError `not_found`, `conflict` (with what to do), `in_progress`, `validation_failed` naming `amount`
 */
export function beginRefund(deps: RefundDeps, input: NewRefund): Promise<void> {
  return deps.prisma.$transaction(async (tx) => {
    const payment = await lockPayment(tx, input.paymentKey);
    if (payment === undefined) throw new PaywallError("not_found");
    if (await isBegun(tx, input)) return;
    const { receipt, receiptLeft } = await requireRefundable(tx, payment, deps);
    const left =
      payment.entitlement?.kind === "balance"
        ? least(receiptLeft, payment.entitlement.available)
        : receiptLeft;
    const amount = checkAmount(input.amount, left);
    const { workspaceId, endpointId, mode, paymentKey } = payment;
    await tx.refund.createMany({
      data: [
        {
          id: input.id,
          workspaceId,
          endpointId,
          mode,
          paymentKey,
          receiptId: receipt.id,
          amount,
          reason: input.reason,
          byUserId: input.actor !== "system" && input.actor.kind !== "visitor" ? input.actor.userId : null,
          createdAt: new Date(deps.now()),
        },
      ],
    });
    await reserve(tx, payment, { amount, isFull: amount === receiptLeft });
    await noteEvent(tx, payment, {
      state: "refunding",
      detail: describe(amount, input.reason),
      at: deps.now(),
    });
    await recordAudit(tx, {
      workspaceId,
      actor: input.actor,
      action: "payment.refund",
      target: payment.id,
      detail: { refund: input.id, amount: amount.toString() },
    });
  });
}

/** The same id asked for again. @throws PaywallError `conflict` where it was used for something else */
async function isBegun(
  tx: Prisma.TransactionClient,
  { id, paymentKey, amount }: NewRefund,
): Promise<boolean> {
  const known = await tx.refund.findUnique({ where: { id }, select: { paymentKey: true, amount: true } });
  if (known === null) return false;
  if (known.paymentKey !== paymentKey || (amount !== undefined && known.amount !== amount)) {
    throw new PaywallError("conflict", {
      detail: "This Idempotency-Key was used for a refund of another amount.",
    });
  }
  return true;
}

/** @returns the receipt, and what of it is neither given back nor on its way back */
async function requireRefundable(tx: Prisma.TransactionClient, payment: LockedPayment, deps: RefundDeps) {
  const { receipt, state, busy } = payment;
  const isPaid = ["settled", "delivered", "refund-due", "refunded"].includes(state);
  if (receipt === null || !isPaid)
    throw new PaywallError("conflict", {
      detail: "Nothing was charged for this payment, so there is nothing to give back.",
    });
  if (state === "settled" && busy) {
    throw new PaywallError("in_progress", {
      detail: "The answer to this payment is on its way right now. Try again in half a minute.",
      retryAfter: 30,
    });
  }
  if (deps.findRail(payment.rail, payment.mode)?.refund === undefined)
    throw new PaywallError("conflict", { detail: describeManualRefund(payment.rail, payment.payer) });
  const { _sum } = await tx.refund.aggregate({
    where: { paymentKey: payment.paymentKey, state: { not: "failed" } },
    _sum: { amount: true },
  });
  const receiptLeft = receipt.amount - (_sum.amount ?? 0n);
  if (receiptLeft <= 0n)
    throw new PaywallError("conflict", {
      detail: "All of this payment was given back, or is on its way back.",
    });
  return { receipt, receiptLeft };
}

function checkAmount(asked: bigint | undefined, left: bigint): bigint {
  if (left <= 0n) {
    throw new PaywallError("conflict", {
      detail:
        "Nothing of this balance is left: it was spent, or is reserved by an answer that is still running.",
    });
  }
  if (asked !== undefined && asked > left) {
    throw new PaywallError("validation_failed", {
      errors: [{ field: "amount", message: `At most $${formatUsd(left)} can be given back.` }],
    });
  }
  return asked ?? left;
}

/** From here on the payer can neither spend the money nor be served for it. */
async function reserve(
  tx: Prisma.TransactionClient,
  { paymentKey, state, entitlement }: LockedPayment,
  { amount, isFull }: { readonly amount: bigint; readonly isFull: boolean },
): Promise<void> {
  if (entitlement?.kind === "balance")
    await tx.entitlement.update({
      where: { id: entitlement.id },
      data: { deposited: { decrement: amount } },
    });
  if (state === "settled" && entitlement === null && isFull)
    await tx.payment.update({ where: { paymentKey }, data: { state: "refund-due" } });
}

function describe(amount: bigint, reason: string): string {
  return `$${formatUsd(amount)}${reason === "" ? "" : `: ${reason}`}`;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
