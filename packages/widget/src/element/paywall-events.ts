import type { PaywallChallenge } from "./challenge.ts";

/** Which request it is about. */
export interface RequestDetail {
  /** Absolute. */
  readonly url: string;
  readonly method: string;
}

/** Details of the events by name. All of them bubble, and leave the shadow root. */
export interface PaywallEventDetails {
  /** The server asks for a payment. */
  "x402:challenge": RequestDetail & { readonly challenge: PaywallChallenge };
  /** A wallet was asked to pay. */
  "x402:paying": RequestDetail;
  /** Paid and answered. Cancelling it leaves `response` and its unread body to the listener. */
  "x402:paid": RequestDetail & {
    readonly response: Response;
    /** Where the signed receipt can be read; empty where the server names none. */
    readonly receiptUrl: string;
  };
  /** No answer, or one that is neither success nor 402. */
  "x402:error": RequestDetail & { readonly error: Error };
  /** A person closed the offer. */
  "x402:cancelled": RequestDetail;
}

export type PaywallEventName = keyof PaywallEventDetails;

declare global {
  interface GlobalEventHandlersEventMap {
    "x402:challenge": CustomEvent<PaywallEventDetails["x402:challenge"]>;
    "x402:paying": CustomEvent<PaywallEventDetails["x402:paying"]>;
    "x402:paid": CustomEvent<PaywallEventDetails["x402:paid"]>;
    "x402:error": CustomEvent<PaywallEventDetails["x402:error"]>;
    "x402:cancelled": CustomEvent<PaywallEventDetails["x402:cancelled"]>;
  }
}
