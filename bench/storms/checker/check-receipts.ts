import { chargesByKey } from "./check-rail.ts";
import type { Histories, ReceiptRow, Violation } from "./histories.ts";

/** The longest that a charge may be without its receipt. */
const RECEIPT_WITHIN_MS = 60_000;

/** I2: each charge has exactly one receipt, for its amount, within a minute; and no receipt is without its charge. */
export function checkReceipts(histories: Histories): Violation[] {
  const { rail, books } = histories;
  const receipts = receiptsByKey(books.receipts);
  const charges = chargesByKey(rail.charges.filter(({ amount }) => amount > 0n));
  const found: Violation[] = [];
  for (const [paymentKey, [charge]] of charges) {
    if (charge === undefined) continue;
    const [receipt, ...more] = receipts.get(paymentKey) ?? [];
    const fault = describeFault(charge.at, charge.amount, receipt, more.length);
    if (fault !== undefined) found.push({ rule: "I2", subject: paymentKey, detail: fault });
  }
  for (const [paymentKey, [receipt]] of receipts) {
    if (charges.has(paymentKey)) continue;
    found.push({ rule: "I2", subject: paymentKey, detail: `receipt ${receipt?.id} is about no charge` });
  }
  return found;
}

function describeFault(
  at: number,
  amount: bigint,
  receipt: ReceiptRow | undefined,
  more: number,
): string | undefined {
  if (receipt === undefined) return "charged, and there is no receipt";
  if (more > 0) return `charged, and there are ${more + 1} receipts`;
  if (receipt.amount !== amount)
    return `charged ${amount} µUSD, receipt ${receipt.id} says ${receipt.amount}`;
  const late = receipt.writtenAt - at;
  return late > RECEIPT_WITHIN_MS
    ? `receipt ${receipt.id} came ${Math.round(late / 1000)} s late`
    : undefined;
}

function receiptsByKey(receipts: readonly ReceiptRow[]): Map<string, ReceiptRow[]> {
  const byKey = new Map<string, ReceiptRow[]>();
  for (const receipt of receipts)
    byKey.set(receipt.paymentKey, [...(byKey.get(receipt.paymentKey) ?? []), receipt]);
  return byKey;
}
