import type { MicroUsd } from "@x402-paywall/core";
import type { Allowance } from "../metering/allowance.ts";
import type { AtomicStore } from "../store.ts";

export interface HoldAllowanceOptions {
  readonly store: AtomicStore;
  readonly holdId: string;
  readonly entitlementId: string;
  readonly reserved: MicroUsd;
  readonly slice: MicroUsd;
  /** Most that the answer can cost: more is never reserved. */
  readonly cap: MicroUsd;
  readonly leaseMs: number;
  readonly topUpUrl: string;
}

/** Money ahead of a stream: a hold that is extended while its answer goes out. */
export class HoldAllowance implements Allowance {
  readonly slice: MicroUsd;
  readonly topUp: NonNullable<Allowance["topUp"]>;
  readonly #options: HoldAllowanceOptions;
  #reserved: MicroUsd;

  constructor(options: HoldAllowanceOptions) {
    this.#options = options;
    this.#reserved = options.reserved;
    this.slice = options.slice;
    this.topUp = { entitlement: options.entitlementId, url: options.topUpUrl };
  }

  get reserved(): MicroUsd {
    return this.#reserved;
  }

  async extend(used: MicroUsd): Promise<boolean> {
    const { cap, entitlementId, store } = this.#options;
    const room = cap - this.#reserved;
    const wanted = room < this.slice ? room : this.slice;
    if (wanted <= 0n) return false;
    if (await this.#add(wanted, used)) return true;
    const left = await store.findEntitlement(entitlementId);
    const available = left === undefined || left.revoked ? 0n : left.deposited - left.spent - left.held;
    return available > 0n && this.#add(available < wanted ? available : wanted, used);
  }

  async #add(amount: MicroUsd, captured: MicroUsd): Promise<boolean> {
    const { store, holdId: id, leaseMs } = this.#options;
    if ((await store.extendHold({ id, amount, captured, leaseMs })) !== "extended") return false;
    this.#reserved += amount;
    return true;
  }
}
