import { PaywallError } from "@x402-paywall/core";
import { beginRefund } from "./begin-refund.ts";
import { carryOutRefund } from "./carry-out-refund.ts";
import type { RefundDeps } from "./refund-deps.ts";
import { refundIdOf } from "./refund-id.ts";

const LIMIT = 50;

/**
 * Gives back what is due, wherever the rail can: the payer was promised the thing or the money. Once for each payment;
 * where the rail refuses, or cannot, its creator sees what is left to do.
 * @returns how many refunds were begun
 */
export async function refundDuePayments(deps: RefundDeps): Promise<number> {
  const due = await deps.prisma.$queryRaw<{ paymentKey: string; rail: string; mode: string }[]>`
    select p.payment_key as "paymentKey", p.rail, p.mode from payment p
    where p.refund_due_at is not null and p.state = 'refund-due'
      and not exists (select from refund r where r.payment_key = p.payment_key)
    order by p.refund_due_at limit ${LIMIT}`;
  const refundable = due.filter(({ rail, mode }) => deps.findRail(rail, mode)?.refund !== undefined);
  for (const { paymentKey } of refundable) {
    const id = refundIdOf("due", paymentKey);
    try {
      // oxlint-disable-next-line no-await-in-loop
      await beginRefund(deps, { id, paymentKey, actor: "system", reason: "Paid and never served" });
      // oxlint-disable-next-line no-await-in-loop
      await carryOutRefund(deps, id);
    } catch (error) {
      // Its creator was faster.
      if (!(error instanceof PaywallError))
        deps.logError("a refund that is due failed", error, { refund: id });
    }
  }
  return refundable.length;
}
