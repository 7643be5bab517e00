/**
 * A person closed the offer. Named like the platform's own `AbortError`, so that what handles an aborted `fetch` handles
 * it too; `paid` says that the money had moved by then: the next request for the same URL presents it.
 */
export class PaymentCancelledError extends Error {
  override readonly name = "AbortError";
  readonly code = "payment_cancelled";
  readonly paid: boolean;

  constructor(paid = false) {
    super(paid ? "Closed after the payment: it stays good" : "The payment was cancelled");
    this.paid = paid;
  }
}
