import {
  checkDeliveredOnce,
  checkNoFreshChallenge,
  checkServedIsPaid,
  checkTenants,
} from "./check-answers.ts";
import { checkEndings, checkNobodyStuck, checkOneRun, checkRevenue } from "./check-endings.ts";
import { checkAmounts, checkNotAskedAgain, checkOneCharge } from "./check-rail.ts";
import { checkReceipts } from "./check-receipts.ts";
import type { Histories, Violation } from "./histories.ts";

type Check = (histories: Histories) => readonly Violation[];

/** Holds in every storm. */
const always: readonly Check[] = [
  checkOneCharge,
  checkNotAskedAgain,
  checkAmounts,
  checkReceipts,
  checkServedIsPaid,
  checkDeliveredOnce,
  checkEndings,
  checkRevenue,
  checkTenants,
  checkNoFreshChallenge,
  checkNobodyStuck,
];

export interface CheckOptions {
  /** The upstream never failed and no process died, so that it runs once for each payment. */
  readonly oneRun?: boolean;
  /**
   * A process slept between its intent and the rail, and nothing can keep it from asking when it wakes up: there the rail
   * has to book a key once, as its contract says.
   */
  readonly asksAgain?: boolean;
}

/** Compares the four histories. Empty: they agree, and every invariant holds. */
export function check(
  histories: Histories,
  { oneRun = false, asksAgain = false }: CheckOptions = {},
): readonly Violation[] {
  const checks = always.filter((one) => !(asksAgain && one === checkNotAskedAgain));
  return [...checks, ...(oneRun ? [checkOneRun] : [])].flatMap((one) => one(histories));
}
