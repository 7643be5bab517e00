import type { Prisma } from "../../../../generated/prisma/client.ts";

/** A payment under lock, with what bounds a refund of it. Money in µUSD. */
export interface LockedPayment {
  readonly id: string;
  readonly paymentKey: string;
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly mode: string;
  readonly state: string;
  readonly wire: string;
  readonly rail: string;
  readonly payer: string | null;
  readonly refunded: bigint;
  /** Since when the payer is owed the money by itself, without anybody's asking. */
  readonly refundDueAt: Date | null;
  /** An answer is being made for it right now. */
  readonly busy: boolean;
  readonly quote: unknown;
  /** What was charged; `null` where nothing was. */
  readonly receipt: { readonly id: string; readonly amount: bigint; readonly reference: string } | null;
  readonly entitlement: LockedEntitlement | null;
}

interface LockedEntitlement {
  readonly id: string;
  readonly kind: string;
  readonly usesLeft: number | null;
  readonly deposited: bigint;
  /** Neither spent nor reserved. */
  readonly available: bigint;
  readonly expiresAt: Date;
}

interface PaymentRow extends Omit<LockedPayment, "receipt" | "entitlement"> {
  readonly entitlementId: string | null;
  readonly receiptId: string | null;
  readonly receiptAmount: bigint | null;
  readonly reference: string | null;
}

/**
 * Locks the payment first and its entitlement after it, as everything does that holds both. `undefined`: no such payment.
 */
export async function lockPayment(
  tx: Prisma.TransactionClient,
  paymentKey: string,
): Promise<LockedPayment | undefined> {
  const [row] = await tx.$queryRaw<PaymentRow[]>`
    select p.id, p.payment_key as "paymentKey", p.workspace_id as "workspaceId", p.endpoint_id as "endpointId", p.mode,
      p.state, p.wire, coalesce(r.rail, p.rail) as rail, p.payer, p.refunded, p.refund_due_at as "refundDueAt",
      p.owner is not null and p.lease_until > now() as busy, p.quote, p.entitlement_id as "entitlementId",
      r.id as "receiptId", r.amount as "receiptAmount", r.reference
    from payment p left join receipt r on r.id = p.receipt_id
    where p.payment_key = ${paymentKey} for update of p`;
  if (row === undefined) return undefined;
  const { receiptId, receiptAmount, reference, entitlementId, ...payment } = row;
  const entitlement = entitlementId === null ? null : await lockEntitlement(tx, entitlementId);
  const receipt =
    receiptId === null || receiptAmount === null || reference === null
      ? null
      : { id: receiptId, amount: receiptAmount, reference };
  return { ...payment, receipt, entitlement };
}

async function lockEntitlement(tx: Prisma.TransactionClient, id: string): Promise<LockedEntitlement | null> {
  const [row] = await tx.$queryRaw<LockedEntitlement[]>`
    select e.id, e.kind, e.uses_left as "usesLeft", e.deposited, e.deposited - e.spent - e.held as available,
      e.expires_at as "expiresAt"
    from entitlement e where e.id = ${id} for update`;
  return row ?? null;
}
