import { describeManualRefund } from "./refunds/describe-manual-refund.ts";

/** Money in µUSD. */
interface Refundability {
  readonly payment: { readonly rail: string; readonly payer: string | null };
  readonly charged: bigint | null;
  readonly refunds: readonly { readonly amount: bigint; readonly state: string }[];
  readonly entitlement: {
    readonly kind: string;
    readonly deposited: bigint;
    readonly spent: bigint;
    readonly held: bigint;
  } | null;
  /** Its rail can send money back. */
  readonly canRefund: boolean;
}

/** What a refund could give back now. For showing only: what counts is decided under lock when one is asked for. */
export function describeRefundable({ payment, charged, refunds, entitlement, canRefund }: Refundability): {
  readonly refundable: string;
  readonly refundHint: string | null;
} {
  if (charged === null || charged === 0n) return none(null);
  const open = refunds.filter(({ state }) => state !== "failed");
  const left = charged - open.reduce((sum, { amount }) => sum + amount, 0n);
  if (left <= 0n) return none(null);
  if (!canRefund) return none(describeManualRefund(payment.rail, payment.payer));
  if (entitlement?.kind !== "balance") return { refundable: left.toString(), refundHint: null };
  const available = entitlement.deposited - entitlement.spent - entitlement.held;
  if (available <= 0n) return none("The balance that it bought was spent.");
  return { refundable: (available < left ? available : left).toString(), refundHint: null };
}

function none(refundHint: string | null) {
  return { refundable: "0", refundHint };
}
