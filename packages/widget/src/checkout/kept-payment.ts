/**
 * A signed payment until it is known what became of it, in the tab's own storage: a reload in the middle asks again with the
 * same payment, and nobody signs and pays twice. Where there is no storage, it lives as long as the page.
 */
export class KeptPayment {
  readonly #key: string;
  #value: string | null = null;

  /** @param resource What it pays for. */
  constructor(resource: string) {
    this.#key = `x402-paywall:payment ${resource}`;
  }

  /** Base64, as it was signed; `null` where nothing is open. */
  get value(): string | null {
    try {
      return sessionStorage.getItem(this.#key);
    } catch {
      return this.#value;
    }
  }

  set value(payment: string | null) {
    this.#value = payment;
    try {
      if (payment === null) sessionStorage.removeItem(this.#key);
      else sessionStorage.setItem(this.#key, payment);
    } catch {
      // Kept above.
    }
  }
}
