import type { WireId } from "@x402-paywall/core";
import { PaywallError } from "@x402-paywall/core";
import { abandonClaim, isUncertain } from "../abandon-claim.ts";
import type { EngineContext } from "../engine-context.ts";
import { entitlementOf } from "../entitlement-of.ts";
import type { HeldClaim } from "../held-claim.ts";
import type { PricedRequest } from "../price-visit.ts";
import { settlePayment } from "../settle.ts";
import { successHeaders } from "../success-headers.ts";
import { accessHeaders } from "./draw-headers.ts";
import type { Funds, OpenFunds } from "./funds.ts";
import { HoldFunds } from "./hold-funds.ts";
import { openDraw } from "./open-draw.ts";

/**
 * A payment that is charged when the upstream's head is good (x402 `exact`) and buys more than this one request: settles,
 * which opens the entitlement, and draws this request from it.
 */
export class DepositFunds implements Funds {
  readonly wire: WireId;
  readonly #held: HeldClaim;
  readonly #priced: PricedRequest;
  readonly #inputTokens: number;
  readonly #context: EngineContext;
  readonly #stopLease: () => void;
  #drawn: Funds | undefined;
  #over = false;

  constructor(held: HeldClaim, priced: PricedRequest, inputTokens: number, context: EngineContext) {
    const { store, leaseMs } = context.settle;
    this.wire = held.payment.wire;
    this.#held = held;
    this.#priced = priced;
    this.#inputTokens = inputTokens;
    this.#context = context;
    this.#stopLease = context.leases.hold(held.ref.paymentKey, () => store.renew(held.ref, leaseMs));
  }

  async open(): Promise<OpenFunds> {
    const { settle, options } = this.#context;
    const { ref, payment } = this.#held;
    const paid = this.#held.settled ?? (await settlePayment(this.#held, settle));
    await this.#abandon(false);
    const now = paid.receipt.settledAt;
    const entitlement = entitlementOf(payment.quote, ref.paymentKey, { now, crypto: settle.crypto });
    if (entitlement === undefined) throw new PaywallError("internal");
    const headers = [
      ...successHeaders(paid, payment, options.appUrl),
      ...accessHeaders(entitlement, options.keys),
    ];
    const receiptId = paid.receipt.id;
    if (entitlement.kind === "pass") {
      this.#context.markServed(entitlement.id);
      return { headers, receiptId };
    }
    const draw = await openDraw(entitlement, this.#priced, this.#inputTokens, this.#context);
    if (draw === undefined) throw new PaywallError("internal");
    const drawn = new HoldFunds(
      { draw, priced: this.#priced, wire: this.wire, receiptId, headers },
      this.#context,
    );
    this.#drawn = drawn;
    return drawn.open();
  }

  close(served: boolean): Promise<void> {
    return this.#drawn?.close(served) ?? this.#abandon(false);
  }

  fail(error: unknown): Promise<void> {
    return this.#abandon(isUncertain(error));
  }

  /** Ends the claim, once: settled it stays, and the same credential draws on what it bought. */
  async #abandon(uncertain: boolean): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#stopLease();
    const { store, log } = this.#context.settle;
    await abandonClaim(this.#held.ref, { uncertain, store, log });
  }
}
