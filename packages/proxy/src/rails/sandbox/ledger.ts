import type { Crypto } from "@x402-paywall/core";
import { toHex, utf8 } from "@x402-paywall/core";
import type { Refund, RefundRequest, Settlement } from "../../rail.ts";
import { usdc } from "./evm-terms.ts";

/** One charge that a sandbox ledger is asked to make. */
export interface SandboxCharge {
  readonly paymentKey: string;
  /** What to capture, µUSD; at most `maximum`, possibly 0. */
  readonly amount: bigint;
  /** What the payer signed, µUSD. */
  readonly maximum: bigint;
  /** The quote that was paid, so that two histories can be compared. */
  readonly reference?: string;
}

/** Who moves TEST mode's stablecoins. Outcomes that are not certain are `unknown`, and nothing is ever asked twice here. */
export interface SandboxLedger {
  /** Idempotent on the payment key: a key that was settled stays so, with its first amount in `settled`. */
  settle(charge: SandboxCharge): Promise<Settlement>;
  /** `failed`: nothing was charged. */
  status(paymentKey: string): Promise<Settlement>;
  /** Idempotent on `id`. */
  refund(request: RefundRequest): Promise<Refund>;
}

/** The ledger of a fresh clone: every charge succeeds, its reference follows from its key, and nothing is remembered. */
export function createStatelessLedger(crypto: Crypto): SandboxLedger {
  const transaction = (text: string): string => `0x${toHex(crypto.sha256(utf8(text)))}`;
  return {
    settle: ({ paymentKey, amount }) =>
      Promise.resolve({
        outcome: "settled",
        reference: transaction(`sandbox-transaction/${paymentKey}`),
        settled: usdc(amount),
      }),
    // Nothing moves here, so nothing can have moved: the caller settles anew and gets the same reference.
    status: () =>
      Promise.resolve({ outcome: "failed", detail: "The sandbox keeps no record of settlements." }),
    refund: ({ id }) =>
      Promise.resolve({ outcome: "refunded", reference: transaction(`sandbox-refund/${id}`) }),
  };
}
