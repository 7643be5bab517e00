import type { Prisma } from "../../../../generated/prisma/client.ts";

/** One row of a payment's timeline. @param event `at` in milliseconds */
export async function noteEvent(
  tx: Prisma.TransactionClient,
  { paymentKey, workspaceId }: { readonly paymentKey: string; readonly workspaceId: string },
  { state, detail, at }: { readonly state: string; readonly detail: string; readonly at: number },
): Promise<void> {
  await tx.paymentEvent.createMany({ data: [{ paymentKey, workspaceId, state, detail, at: new Date(at) }] });
}
