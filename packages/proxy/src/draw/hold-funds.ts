import type { HeaderList, MicroUsd, Usage, WireId } from "@x402-paywall/core";
import { formatPaymentReceipt, formatUsd, issueUsageStatement } from "@x402-paywall/core";
import type { Endpoint } from "../endpoint.ts";
import type { EngineContext } from "../engine-context.ts";
import { persist } from "../persist.ts";
import type { PricedRequest } from "../price-visit.ts";
import { drawHeaders } from "./draw-headers.ts";
import type { Funds, OpenFunds } from "./funds.ts";
import { HoldAllowance } from "./hold-allowance.ts";
import { type Draw, sliceOf } from "./open-draw.ts";

export interface HoldFundsOptions {
  readonly draw: Draw;
  readonly priced: PricedRequest;
  readonly wire: WireId;
  readonly receiptId: string | null;
  /** Said on the answer beside what is left. */
  readonly headers: HeaderList;
}

/** A hold on an entitlement: captured for what was used, once; what is left of it returns. */
export class HoldFunds implements Funds {
  readonly wire: WireId;
  readonly #options: HoldFundsOptions;
  readonly #context: EngineContext;
  readonly #stopLease: () => void;
  #charged: () => MicroUsd = () => 0n;

  constructor(options: HoldFundsOptions, context: EngineContext) {
    const { store, leaseMs } = context.settle;
    const { holdId: id } = options.draw;
    this.wire = options.wire;
    this.#options = options;
    this.#context = context;
    this.#stopLease = context.leases.hold(id, async () => {
      const extension = { id, amount: 0n, captured: this.#charged(), leaseMs };
      return (await store.extendHold(extension)) !== "lost";
    });
  }

  async open(): Promise<OpenFunds> {
    const { draw, priced, receiptId } = this.#options;
    const { endpoint, price } = priced.match;
    const headers = [...this.#options.headers, ...this.#receiptHeader(), ...drawHeaders(draw)];
    // Where uses are counted, each answer is one, whatever it measures.
    if (price.model !== "metered" || draw.uses === 1) return { headers, receiptId };
    const { store, leaseMs } = this.#context.settle;
    const allowance = new HoldAllowance({
      store,
      holdId: draw.holdId,
      entitlementId: draw.entitlement.id,
      reserved: draw.reserved,
      slice: sliceOf(price),
      cap: draw.isWhole ? draw.reserved : (price.cap ?? price.deposit),
      leaseMs,
      topUpUrl: draw.topUpUrl,
    });
    return {
      headers: [...headers, ["Payment-Receipt-Url", this.#statementUrl(endpoint)]],
      receiptId,
      metering: {
        allowance,
        settle: (usage, charge) => this.#settleUsage(endpoint, usage, charge),
        watch: (charged) => void (this.#charged = charged),
      },
    };
  }

  close(served: boolean): Promise<void> {
    return this.#settle(served ? this.#options.draw.reserved : 0n, served ? 1 : 0);
  }

  /** Opening asks nobody, so it cannot fail; the hold is given back by `close`. */
  fail(): Promise<void> {
    return Promise.resolve();
  }

  /** MPP wants a receipt on each good answer; the answer that bought the entitlement has one already. */
  #receiptHeader(): HeaderList {
    const { receiptId, draw } = this.#options;
    if (this.wire !== "mpp" || receiptId !== null) return [];
    const timestamp = new Date(this.#context.settle.clock()).toISOString();
    const receipt = { status: "success", method: "lightning", timestamp, reference: draw.holdId } as const;
    return [["Payment-Receipt", formatPaymentReceipt(receipt)]];
  }

  #settle(captured: MicroUsd, uses: 0 | 1, usage?: Usage): Promise<void> {
    this.#stopLease();
    const { store, log } = this.#context.settle;
    const { holdId: id, entitlement } = this.#options.draw;
    if (uses === 1) this.#context.markServed(entitlement.id);
    const settlement = { id, captured, uses, ...(usage === undefined ? {} : { usage }) };
    return persist("settleHold", () => store.settleHold(settlement), log);
  }

  async #settleUsage(endpoint: Endpoint, usage: Usage, charge: MicroUsd): Promise<string> {
    await this.#settle(charge, 1, usage);
    const { clock, signer } = this.#context.settle;
    const { holdId: id, entitlement } = this.#options.draw;
    const at = Math.floor(clock() / 1000);
    const { id: endpointId, mode } = endpoint;
    const statement = { id, mode, endpointId, entitlementId: entitlement.id, amount: charge, usage, at };
    return formatPaymentReceipt({
      status: "success",
      method: this.wire,
      timestamp: new Date(at * 1000).toISOString(),
      reference: id,
      charged: formatUsd(charge),
      estimated: usage.estimated ?? false,
      jws: issueUsageStatement(statement, signer),
      url: this.#statementUrl(endpoint),
    });
  }

  #statementUrl({ slug }: Endpoint): string {
    return `${this.#context.options.contentUrl}${this.#context.site.own(slug, "info")}?hold=${this.#options.draw.holdId}`;
  }
}
