import type { HeaderList, MicroUsd, Usage, WireId } from "@x402-paywall/core";
import type { Allowance } from "../metering/allowance.ts";

/** Where the money of one answer comes from: an entitlement, a deposit that opens one, or a signed maximum. */
export interface Funds {
  readonly wire: WireId;
  /** The upstream's head is good: makes sure of the money. Called at most once. @throws PaywallError */
  open(): Promise<OpenFunds>;
  /** The answer is over and was not metered, or never began: charges what was served, else gives everything back. */
  close(served: boolean): Promise<void>;
  /** `open` failed. */
  fail(error: unknown): Promise<void>;
}

export interface OpenFunds {
  readonly headers: HeaderList;
  readonly receiptId: string | null;
  /** Where the answer is charged by its usage. */
  readonly metering?: {
    readonly allowance: Allowance;
    /** Final, once. What the payer is told: a `Payment-Receipt`; nothing where it could not be charged. Never rejects. */
    settle(usage: Usage, charge: MicroUsd): Promise<string | undefined>;
    /** What would be charged now, for the lease's record. */
    watch(charged: () => MicroUsd): void;
  };
}
