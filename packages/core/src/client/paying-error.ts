/** What a paying `fetch` throws by itself. */
export type PayingErrorCode =
  /** The cheapest acceptable offer does not fit into what is left. Nothing was paid. */
  | "budget_exceeded"
  /** The body is a stream, which cannot be sent a second time. Nothing was sent. */
  | "body_not_repeatable"
  /** The wallet failed. Nothing was paid, as far as the wallet says. */
  | "payment_failed"
  /** Paid, but no answer arrived: send `credential` again, do not pay again. */
  | "paid_without_answer";

/** `credential` is the header that shows the payment: keep it, it is worth the money. */
export class PayingError extends Error {
  override readonly name = "PayingError";
  readonly code: PayingErrorCode;
  readonly credential: readonly [name: string, value: string] | undefined;

  constructor(
    code: PayingErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly credential?: readonly [string, string] } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.credential = options.credential;
  }
}
