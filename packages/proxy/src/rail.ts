import type { LightningOffer, MicroUsd, Mode, Offer, Proof, Quote, RailId } from "@x402-paywall/core";
import type { Endpoint } from "./endpoint.ts";
import type { InvoicePayment, InvoiceRecord } from "./store.ts";

/** Moves the money of one kind. Effects live here; wires know nothing of rails. */
export interface Rail {
  readonly id: RailId;
  readonly mode: Mode;
  /** When money becomes final: before the request arrives, at the upstream's head, or after the last byte. */
  readonly settles: (proof: Proof) => "before" | "on-commit" | "on-finish";
  /** What a quote can be paid with here; empty where the amount is below the rail's minimum. */
  offer(request: OfferRequest): readonly Offer[] | Promise<readonly Offer[]>;
  /** Whether this rail made offers that such a proof answers. */
  accepts(proof: Proof): boolean;
  /** Decides; changes nothing. Asked for each presentation, so it must not wait for anybody. */
  verify(proof: Proof, quote: Quote, now: number): Verification | Promise<Verification>;
  /**
   * Asks whether the money is really there; changes nothing. Once the payment is claimed and before the upstream is asked:
   * a thousand presentations of one credential ask once.
   */
  confirm?(claim: RailClaim): Promise<Confirmation>;
  /**
   * What {@link status} needs to find the payment again without its proof, at most 1 kB and no secret. Written down with
   * the intent, before {@link settle} is called with it.
   */
  note?(claim: RailClaim): string;
  /** Makes the money final. Idempotent on the payment key; a repetition says that it is one. */
  settle(claim: RailClaim): Promise<Settlement>;
  /** Asked before anything is repeated. @param note As it was written down; `null` where there is none. */
  status(paymentKey: string, note: string | null): Promise<Settlement | Unsettled>;
  /**
   * Whether an invoice that waits was paid meanwhile, where nobody has presented it; `undefined`: it was not.
   * @throws PaywallError `rail_unavailable` where nobody can be asked. @param record What was written down when it was offered.
   */
  findPayment?(
    paymentHash: string,
    endpoint: Endpoint,
    record: InvoiceRecord | undefined,
  ): Promise<InvoicePayment | undefined>;
  /** Gives money back, where the rail can. Idempotent on `id`. */
  refund?(request: RefundRequest): Promise<Refund>;
}

export interface OfferRequest {
  readonly quote: Quote;
  readonly endpoint: Endpoint;
  /** Public URL of the resource. */
  readonly resourceUrl: string;
  /** Metered prices: the most that one answer can cost, µUSD, to be signed for where a rail can capture less. Absent: the amount. */
  readonly maximum?: MicroUsd;
  /** Address block of who asks, for limits. */
  readonly client?: string;
  /** A program asks, which may be offered the same invoice again. */
  readonly shareable?: boolean;
  /** The invoice of this quote, where it was offered before and is still unpaid: no second one is made. */
  readonly kept?: LightningOffer;
}

/** The verified identity of the money. */
export type Verification =
  | {
      readonly ok: true;
      /** Canonical: lower-case, independent of how the header was written. */
      readonly paymentKey: string;
      readonly payer?: string;
      /** What the proof is worth; may exceed the quote. */
      readonly settled: SettledAmount;
      /** `on-finish` rails: the most that may be captured, µUSD. */
      readonly maximum?: MicroUsd;
      /** `on-finish` rails: Unix seconds after which nothing can be captured any more. */
      readonly until?: number;
    }
  | {
      readonly ok: false;
      readonly code: "verification_failed" | "payment_expired" | "payment_insufficient" | "invalid_challenge";
      readonly detail: string;
    };

/** What moved, in the rail's unit: `{ asset: "BTC", amount: "10000", unit: "msat", network: "regtest" }`. */
export interface SettledAmount {
  readonly asset: string;
  readonly amount: string;
  readonly unit: string;
  readonly network: string;
}

export interface RailClaim {
  readonly paymentKey: string;
  /** Where it is presented. */
  readonly endpoint: Endpoint;
  readonly proof: Proof;
  readonly quote: Quote;
  /** At most what was verified; less where the price follows from usage (`upto`), and then possibly 0. */
  readonly amount: MicroUsd;
  /** What {@link Rail.note} said; on a repetition, what was written down the first time. */
  readonly note?: string;
  /** Asked before with no certain outcome: a refusal now says nothing about what was asked then. */
  readonly repeated?: true;
}

/** Whether a payment would settle now. `unavailable`: nobody could be asked, and nothing was charged. */
export type Confirmation =
  | { readonly outcome: "confirmed" }
  | {
      readonly outcome: "refused";
      readonly code: "verification_failed" | "payment_expired" | "payment_insufficient";
      readonly detail: string;
    }
  | { readonly outcome: "unavailable"; readonly retryAfter: number };

export interface RefundRequest {
  /** `rfd_…`: the same id never pays twice. */
  readonly id: string;
  readonly paymentKey: string;
  /** Of the settlement. */
  readonly reference: string;
  readonly amount: MicroUsd;
}

export type Refund =
  | { readonly outcome: "refunded"; readonly reference: string }
  | { readonly outcome: "failed"; readonly detail: string }
  | { readonly outcome: "unknown" };

/** `unknown` is answered with 503 and reconciled; never with a fresh challenge, never served. */
export type Settlement =
  | { readonly outcome: "settled"; readonly reference: string; readonly settled?: SettledAmount }
  | { readonly outcome: "failed"; readonly detail: string }
  /** Nothing was asked of anybody: nothing moved, and the same credential is good in a moment. */
  | { readonly outcome: "unavailable"; readonly retryAfter: number }
  | { readonly outcome: "unknown"; readonly retryAfter: number };

/**
 * Has not moved and still may: whoever holds the proof may ask for it again, of the same party as before; without the
 * proof it is `unknown`.
 */
export interface Unsettled {
  readonly outcome: "unsettled";
  readonly retryAfter: number;
}
