/** The `Payment` HTTP authentication scheme (draft-ryan-httpauth-payment). `request` stays the opaque wire string. */
export interface PaymentChallenge {
  readonly id: string;
  readonly realm: string;
  readonly method: string;
  readonly intent: string;
  readonly request: string;
  readonly expires?: string;
  readonly digest?: string;
  readonly description?: string;
  readonly opaque?: string;
}

export interface PaymentCredential {
  readonly challenge: PaymentChallenge;
  readonly source?: string;
  readonly payload: Readonly<Record<string, unknown>>;
}
