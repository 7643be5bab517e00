import type { MicroUsd, Usage, WireId } from "@x402-paywall/core";
import { formatPaymentReceipt, formatUsd, newId } from "@x402-paywall/core";
import { abandonClaim, isUncertain } from "../abandon-claim.ts";
import type { EngineContext } from "../engine-context.ts";
import type { HeldClaim } from "../held-claim.ts";
import { fixedAllowance } from "../metering/allowance.ts";
import { persist } from "../persist.ts";
import { settlePayment } from "../settle.ts";
import { receiptUrl } from "../success-headers.ts";
import type { Funds, OpenFunds } from "./funds.ts";

/**
 * A signed maximum (x402 `upto`): claimed, streamed against, and settled for what was used after the last byte. One
 * answer for one signature.
 */
export class CaptureFunds implements Funds {
  readonly wire: WireId;
  readonly #held: HeldClaim;
  readonly #maximum: MicroUsd;
  readonly #context: EngineContext;
  readonly #receiptId: string;
  readonly #stopLease: () => void;

  /** @param maximum µUSD. */
  constructor(held: HeldClaim, maximum: MicroUsd, context: EngineContext) {
    const { store, leaseMs, crypto } = context.settle;
    const { ref, payment } = held;
    this.wire = payment.wire;
    this.#held = held;
    this.#maximum = maximum;
    this.#context = context;
    this.#receiptId = newId("rcp_", crypto);
    this.#stopLease = context.leases.hold(ref.paymentKey, () => store.renew(ref, leaseMs));
  }

  async open(): Promise<OpenFunds> {
    const url = receiptUrl(this.#context.options.appUrl, this.#receiptId);
    return {
      headers: [
        ["Paywall-Receipt", this.#receiptId],
        ["Payment-Receipt-Url", url],
        ["Link", `<${url}>; rel="payment-receipt"`],
      ],
      receiptId: this.#receiptId,
      metering: {
        allowance: fixedAllowance(this.#maximum),
        settle: (usage, charge) => this.#capture(usage, charge),
        watch: () => undefined,
      },
    };
  }

  close(): Promise<void> {
    return this.#abandon(false);
  }

  fail(): Promise<void> {
    return Promise.resolve();
  }

  async #capture(usage: Usage, charge: MicroUsd): Promise<string | undefined> {
    const { settle, options } = this.#context;
    // Nothing was used: the signature is still good.
    if (charge === 0n) {
      await this.#abandon(false);
      return undefined;
    }
    try {
      const terms = { amount: charge, usage, receiptId: this.#receiptId };
      const { receipt, jws } = await settlePayment(this.#held, settle, terms);
      this.#stopLease();
      // What went out was paid: there is nothing to open again, complete or not.
      await persist("finish", () => settle.store.finish(this.#held.ref, { complete: true }), settle.log);
      return formatPaymentReceipt({
        status: "success",
        method: "x402",
        timestamp: new Date(receipt.settledAt * 1000).toISOString(),
        reference: receipt.reference,
        charged: formatUsd(charge),
        estimated: usage.estimated ?? false,
        jws,
        url: receiptUrl(options.appUrl, receipt.id),
      });
    } catch (error) {
      settle.log({ event: "capture_failed", paymentKey: this.#held.ref.paymentKey, error });
      await this.#abandon(isUncertain(error));
      return undefined;
    }
  }

  #abandon(uncertain: boolean): Promise<void> {
    this.#stopLease();
    const { store, log } = this.#context.settle;
    return abandonClaim(this.#held.ref, { uncertain, store, log });
  }
}
