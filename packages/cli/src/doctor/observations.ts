import type { AuthElement, Json, JsonObject, Receipt } from "@x402-paywall/core";
import type { PayingWire } from "@x402-paywall/core/client";
import type { RawAnswer } from "./raw-request.ts";

/** A request that got no answer, and why. */
export interface Unanswered {
  readonly failed: string;
}

/** What one of the requests of a series came to. */
export interface Probe {
  /** What was sent, for a person. */
  readonly label: string;
  readonly answer: RawAnswer | Unanswered;
}

/** The 402, taken apart with no trust in it. */
export interface ReadChallenge {
  readonly x402: {
    /** Value of `PAYMENT-REQUIRED`. */
    readonly header: string | undefined;
    /** What it decodes to. */
    readonly json: JsonObject | undefined;
  };
  readonly authLines: readonly string[];
  /** `undefined` where a line does not follow the grammar. */
  readonly auth: readonly AuthElement[] | undefined;
  /** Of the body, where that is JSON. */
  readonly body: Json | undefined;
}

/** What a payment showed. */
export interface PaidObservations {
  readonly wire: PayingWire;
  /** The credential together with another one, before it was used. */
  readonly doubled: RawAnswer | Unanswered;
  readonly answer: RawAnswer | Unanswered;
  /** The same credential once more. */
  readonly replayed: RawAnswer | Unanswered;
  readonly receipt: ReceiptObservation;
}

export type ReceiptObservation =
  | { readonly kind: "none" }
  /** Of a wire that has receipts without a signature of the server's. */
  | { readonly kind: "unsigned" }
  | { readonly kind: "genuine"; readonly receipt: Receipt }
  | { readonly kind: "false"; readonly why: string };

/** All that the checks look at: what was sent once, and what came back. */
export interface Observations {
  readonly url: URL;
  readonly method: string;
  /** Unix seconds. */
  readonly now: number;
  readonly bare: RawAnswer;
  readonly challenge: ReadChallenge;
  /** As a browser asks. */
  readonly page: RawAnswer | Unanswered;
  /** From a script of another origin: the question in front, and the request. */
  readonly preflight: RawAnswer | Unanswered;
  readonly cross: RawAnswer | Unanswered;
  readonly head: RawAnswer | Unanswered;
  readonly options: RawAnswer | Unanswered;
  /** Below the same folder, surely not there. */
  readonly missing: RawAnswer | Unanswered;
  readonly garbage: readonly Probe[];
  readonly forged: readonly Probe[];
  readonly doubled: readonly Probe[];
  readonly paths: readonly Probe[];
  readonly queries: readonly Probe[];
  readonly overrides: readonly Probe[];
  /** `undefined` without `--pay`; a sentence where it could not be paid. */
  readonly paid: PaidObservations | string | undefined;
}

export function isAnswer(observed: RawAnswer | Unanswered): observed is RawAnswer {
  return "status" in observed;
}
