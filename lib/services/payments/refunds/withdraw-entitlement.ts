import { z } from "zod";
import type { Prisma } from "../../../../generated/prisma/client.ts";
import type { LockedPayment } from "./lock-payment.ts";

const storedTerms = z.object({
  terms: z.object({ seconds: z.number().int().optional(), uses: z.number().int().optional() }),
});

/**
 * Takes back what a payment bought that was refunded in full: its uses and its time. What other payments put on the same
 * entitlement stays; where nothing is left, it opens nothing any more. Of a balance the money itself was taken before.
 * @param at milliseconds
 */
export async function withdrawEntitlement(
  tx: Prisma.TransactionClient,
  { entitlement, quote }: LockedPayment,
  at: number,
): Promise<void> {
  if (entitlement === null || entitlement.kind === "balance") return;
  const parsed = storedTerms.safeParse(quote);
  const { seconds, uses = 0 } = parsed.success ? parsed.data.terms : {};
  const { id, expiresAt } = entitlement;
  const end = seconds === undefined ? at : expiresAt.getTime() - seconds * 1000;
  const usesLeft = entitlement.usesLeft === null ? null : Math.max(0, entitlement.usesLeft - uses);
  // A second of grace: receipts count time in whole seconds, leases and this clock do not.
  const isSpent = end <= at + 1_000 || usesLeft === 0;
  await tx.entitlement.update({
    where: { id },
    data: isSpent ? { revokedAt: new Date(at) } : { usesLeft, expiresAt: new Date(end) },
  });
}
