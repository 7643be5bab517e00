import { PaywallError } from "@x402-paywall/core";
import { z } from "zod";
import type { RefundDto } from "../../query/dto.ts";
import type { WorkspaceContext } from "../context.ts";
import { microUsd, reasonText } from "./refund-fields.ts";
import { beginRefund } from "./refunds/begin-refund.ts";
import { carryOutRefund } from "./refunds/carry-out-refund.ts";
import { refundDepsOf } from "./refunds/refund-deps-of.ts";
import { refundIdOf } from "./refunds/refund-id.ts";
import { toRefundDto } from "./refunds/to-refund-dto.ts";

/** The body of a refund. `amount` absent: all that is left. */
export const refundInput = z.strictObject({
  amount: microUsd.optional(),
  reason: reasonText.default(""),
});

interface RefundPayment {
  readonly ctx: WorkspaceContext;
  readonly input: z.infer<typeof refundInput> & {
    readonly paymentId: string;
    /** Makes a repetition the same refund. */
    readonly idempotencyKey?: string;
  };
}

/**
 * Gives a payment back, in full or in part. Written down before the rail is asked, so that it is made exactly once
 * whatever happens in between; `pending` and `unknown` are gone on with by a job.
 * @throws PaywallError `not_found`, `conflict` (nothing charged, all given back, or the rail cannot: says what to do),
 * `in_progress`, `validation_failed` naming `amount`
 */
export async function refundPayment({ ctx, input }: RefundPayment): Promise<RefundDto> {
  const { prisma } = ctx.db;
  const { workspaceId, actor } = ctx;
  const { paymentId, amount, reason, idempotencyKey } = input;
  const payment = await prisma.payment.findFirst({
    where: { id: paymentId, workspaceId },
    select: { paymentKey: true },
  });
  if (payment === null) throw new PaywallError("not_found");
  const id =
    idempotencyKey === undefined
      ? ctx.newId("rfd_")
      : refundIdOf("key", workspaceId, paymentId, idempotencyKey);
  const deps = refundDepsOf(ctx);
  const { paymentKey } = payment;
  await beginRefund(deps, { id, paymentKey, actor, reason, ...(amount === undefined ? {} : { amount }) });
  try {
    await carryOutRefund(deps, id);
  } catch (error) {
    // It may have moved, and it is written down: a job finishes it, and nobody may take this for a failure.
    ctx.logError("a refund was begun and not finished", error, { refund: id });
  }
  const refund = await prisma.refund.findUniqueOrThrow({ where: { id } });
  if (refund.state === "failed") {
    const detail = "The rail refused this refund, and nothing was given back. The timeline says why.";
    throw new PaywallError("conflict", { detail });
  }
  return toRefundDto(refund);
}
