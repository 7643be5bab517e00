import type { MacaroonV2 } from "./wire/macaroon.ts";
import type { PaymentPayload } from "./wire/x402.ts";
import type { PaymentCredential } from "./wire/payment-auth.ts";

/** What the payer sent back, decoded but not yet verified. At most one of them per request. */
export type Credential =
  | { readonly wire: "l402"; readonly macaroon: MacaroonV2; readonly preimage: string }
  | { readonly wire: "mpp"; readonly credential: PaymentCredential }
  | { readonly wire: "x402"; readonly version: 1 | 2; readonly payload: PaymentPayload }
  | { readonly wire: "access"; readonly token: string };
