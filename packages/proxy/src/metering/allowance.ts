import type { MicroUsd } from "@x402-paywall/core";

/** Money that an answer may use: a hold on a balance that grows, or a maximum that was signed. */
export interface Allowance {
  /** µUSD. */
  readonly reserved: MicroUsd;
  /** What is reserved at a time; 0: it never grows. */
  readonly slice: MicroUsd;
  /** Reserves another slice, or what is left of it. False: nothing is left. @param used Recorded, should this process die. */
  extend(used: MicroUsd): Promise<boolean>;
  /** Where more can be paid while the answer waits; absent: nowhere. */
  readonly topUp?: { readonly entitlement: string; readonly url: string };
  /** Milliseconds since the epoch: what is used later could not be charged, so the answer ends then. */
  readonly until?: number;
}

/** A maximum cannot grow, and is good for its time only. */
export function fixedAllowance(maximum: MicroUsd, until?: number): Allowance {
  const allowance = { reserved: maximum, slice: 0n, extend: () => Promise.resolve(false) };
  return until === undefined ? allowance : { ...allowance, until };
}
