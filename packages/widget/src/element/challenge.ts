import type { InvoiceOffer } from "@x402-paywall/core/client";
import type { Slip } from "../parts/slip.ts";

/** A 402 of any server, as far as a page can read it: what its slip says, and the invoice to pay, over L402 or MPP. */
export interface PaywallChallenge extends Slip {
  readonly lightning: InvoiceOffer | null;
}

/** Whether there is anything in it that a person could act upon. */
export function isReadable({ lightning, x402, otherMethods }: PaywallChallenge): boolean {
  return lightning !== null || x402.length > 0 || otherMethods.length > 0;
}
