import { formatUsd } from "../money.ts";
import type { MicroUsd } from "../money.ts";

/** Limits in µUSD. What is absent is not limited. */
export interface Budget {
  readonly perPaymentUsd?: MicroUsd;
  /** For each host (name and port), over the life of the paying fetch. */
  readonly perHostUsd?: MicroUsd;
  readonly totalUsd?: MicroUsd;
}

/** What was set aside; `release` gives it back, once. */
export interface Reservation {
  release(): void;
}

/** Sets money aside before it is paid: a reservation is one synchronous step, so that parallel calls cannot overrun. */
export class BudgetLedger {
  readonly #budget: Budget;
  readonly #hosts = new Map<string, MicroUsd>();
  #total: MicroUsd = 0n;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** @returns A sentence that names the limit where the amount does not fit. */
  reserve(host: string, amount: MicroUsd): Reservation | string {
    const { perPaymentUsd, perHostUsd, totalUsd } = this.#budget;
    const spent = this.#hosts.get(host) ?? 0n;
    if (over(perPaymentUsd, amount)) return `${formatUsd(amount)} USD is more than one payment may cost`;
    if (over(perHostUsd, spent + amount)) return `${formatUsd(amount)} USD is more than is left for ${host}`;
    if (over(totalUsd, this.#total + amount)) return `${formatUsd(amount)} USD is more than is left in total`;
    this.#book(host, amount);
    let held = true;
    return {
      release: () => {
        if (held) this.#book(host, -amount);
        held = false;
      },
    };
  }

  #book(host: string, amount: MicroUsd): void {
    this.#hosts.set(host, (this.#hosts.get(host) ?? 0n) + amount);
    this.#total += amount;
  }
}

function over(limit: MicroUsd | undefined, sum: MicroUsd): boolean {
  return limit !== undefined && sum > limit;
}
