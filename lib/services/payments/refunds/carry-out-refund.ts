import type { Rail, Refund } from "@x402-paywall/proxy";
import { completeRefund, type OpenRefund } from "./complete-refund.ts";
import { failRefund } from "./fail-refund.ts";
import { noteEvent } from "./note-event.ts";
import type { RefundDeps } from "./refund-deps.ts";

/**
 * Asks the rail for a refund that was begun, and writes down what it said. May be repeated at any time, by anybody: the
 * rail pays one id once. What is not known stays open, and is asked again under the same id.
 */
export async function carryOutRefund(deps: RefundDeps, id: string): Promise<void> {
  const refund = await deps.prisma.refund.findUnique({ where: { id } });
  if (refund === null || (refund.state !== "pending" && refund.state !== "unknown")) return;
  const receipt = await deps.prisma.receipt.findUnique({
    where: { id: refund.receiptId },
    select: { rail: true, reference: true },
  });
  const rail = receipt === null ? undefined : deps.findRail(receipt.rail, refund.mode);
  const outcome = await ask(deps, rail, { ...refund, reference: receipt?.reference ?? "" });
  switch (outcome.outcome) {
    case "refunded":
      return completeRefund(deps, refund, outcome.reference);
    case "failed":
      return failRefund(deps, refund, outcome.detail);
    case "unknown":
      return markUnknown(deps, refund);
  }
}

/** What a rail throws tells nothing about the money. */
async function ask(
  deps: RefundDeps,
  rail: Rail | undefined,
  { id, paymentKey, reference, amount }: OpenRefund & { readonly reference: string },
): Promise<Refund> {
  try {
    return (await rail?.refund?.({ id, paymentKey, reference, amount })) ?? { outcome: "unknown" };
  } catch (error) {
    deps.logError("a rail failed to answer about a refund", error, { refund: id });
    return { outcome: "unknown" };
  }
}

function markUnknown(deps: RefundDeps, refund: OpenRefund & { readonly workspaceId: string }): Promise<void> {
  return deps.prisma.$transaction(async (tx) => {
    const { count } = await tx.refund.updateMany({
      where: { id: refund.id, state: "pending" },
      data: { state: "unknown" },
    });
    if (count === 0) return;
    const detail = "the rail did not say whether the money went back; it is asked again";
    await noteEvent(tx, refund, { state: "refund-unknown", detail, at: deps.now() });
  });
}
