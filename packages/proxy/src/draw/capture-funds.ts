import type { MicroUsd, Usage, WireId } from "@x402-paywall/core";
import { formatPaymentReceipt, formatUsd, newId, PaywallError } from "@x402-paywall/core";
import { abandonClaim, isUncertain } from "../abandon-claim.ts";
import { resumeSettlement } from "../claim.ts";
import type { EngineContext } from "../engine-context.ts";
import type { HeldClaim } from "../held-claim.ts";
import { type Allowance, fixedAllowance } from "../metering/allowance.ts";
import { persist } from "../persist.ts";
import { settlePayment, toRailClaim } from "../settle.ts";
import { receiptUrl } from "../success-headers.ts";
import type { Funds, OpenFunds } from "./funds.ts";

const CAPTURE_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

export interface CaptureLimits {
  /** µUSD. */
  readonly maximum: MicroUsd;
  /** Unix seconds: nothing can be captured after it. */
  readonly until?: number;
}

/** Nobody knows what moved, or nobody could be asked: after the answer both are reasons to ask again. */
function canBeRepeated(error: unknown): boolean {
  return isUncertain(error) || (error instanceof PaywallError && error.code === "rail_unavailable");
}

/** A settlement takes some seconds, and may have to be asked for twice. */
const SETTLE_SECONDS = 30;

function allowanceOf({ maximum, until }: CaptureLimits): Allowance {
  return fixedAllowance(maximum, until === undefined ? undefined : (until - SETTLE_SECONDS) * 1000);
}

/**
 * A signed maximum (x402 `upto`): claimed, streamed against, and settled for what was used after the last byte. One
 * answer for one signature.
 */
export class CaptureFunds implements Funds {
  readonly wire: WireId;
  readonly #held: HeldClaim;
  readonly #limits: CaptureLimits;
  readonly #context: EngineContext;
  readonly #receiptId: string;
  readonly #stopLease: () => void;

  constructor(held: HeldClaim, limits: CaptureLimits, context: EngineContext) {
    const { store, leaseMs, crypto } = context.settle;
    const { ref, payment } = held;
    this.wire = payment.wire;
    this.#held = held;
    this.#limits = limits;
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
        allowance: allowanceOf(this.#limits),
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
      if (canBeRepeated(error)) void this.#captureLater(usage, charge);
      else await this.#abandon(false);
      return undefined;
    }
  }

  /**
   * The answer went out, and nobody but this process has what it is paid with: asks what became of the capture, and for it
   * again, while the claim is held. After that it is the reconciler's, who can only ask.
   */
  async #captureLater(usage: Usage, charge: MicroUsd): Promise<void> {
    const { settle } = this.#context;
    const { rail } = this.#held.payment;
    const note = rail.note?.(toRailClaim(this.#held, charge)) ?? null;
    for (const delay of CAPTURE_DELAYS_MS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await new Promise<void>((resolve) => {
        setTimeout(resolve, delay).unref?.();
      });
      try {
        const terms = { amount: charge, usage, receiptId: this.#receiptId };
        // oxlint-disable-next-line no-await-in-loop
        const held = await resumeSettlement({ ...this.#held, note }, settle, terms);
        // oxlint-disable-next-line no-await-in-loop
        if (held.settled === null) await settlePayment(held, settle, terms);
        // oxlint-disable-next-line no-await-in-loop
        await persist("finish", () => settle.store.finish(this.#held.ref, { complete: true }), settle.log);
        this.#stopLease();
        return;
      } catch (error) {
        settle.log({ event: "capture_failed", paymentKey: this.#held.ref.paymentKey, error });
        if (!canBeRepeated(error)) break;
      }
    }
    await this.#abandon(true);
  }

  #abandon(uncertain: boolean): Promise<void> {
    this.#stopLease();
    const { store, log } = this.#context.settle;
    return abandonClaim(this.#held.ref, { uncertain, store, log });
  }
}
