/**
 * The one table of errors for the gateway, the REST API and the packages (RFC 9457). `shared` marks codes whose type
 * URI other implementations use too; the rest point at our own documentation page.
 */
interface Row {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  readonly shared?: true;
}

export const problems = {
  // the request
  bad_request: { status: 400, title: "Bad request", retryable: false },
  bad_target: { status: 400, title: "The request target is not canonical", retryable: false },
  not_found: { status: 404, title: "Not found", retryable: false },
  method_not_allowed: { status: 405, title: "Method not allowed", retryable: false },
  paused: { status: 503, title: "This endpoint is paused by its creator", retryable: true },
  request_timeout: { status: 408, title: "The request body did not arrive in time", retryable: true },
  gone: { status: 410, title: "This endpoint was archived", retryable: false },
  payload_too_large: { status: 413, title: "The request body is too large", retryable: false },
  unsupported_media_type: { status: 415, title: "Unsupported media type", retryable: false },
  validation_failed: { status: 422, title: "Some fields are not valid", retryable: false },
  rate_limited: { status: 429, title: "Too many requests", retryable: true },
  headers_too_large: { status: 431, title: "The request headers are too large", retryable: false },
  not_implemented: { status: 501, title: "Not implemented", retryable: false },
  // the payment
  payment_required: { status: 402, title: "Payment required", retryable: false, shared: true },
  malformed_credential: {
    status: 402,
    title: "The payment credential is malformed",
    retryable: false,
    shared: true,
  },
  invalid_challenge: {
    status: 402,
    title: "The challenge is not one of ours",
    retryable: false,
    shared: true,
  },
  payment_expired: { status: 402, title: "The quote has expired", retryable: false, shared: true },
  payment_insufficient: { status: 402, title: "The payment is too small", retryable: false, shared: true },
  verification_failed: {
    status: 402,
    title: "The payment could not be verified",
    retryable: false,
    shared: true,
  },
  settlement_failed: { status: 402, title: "The payment could not be settled", retryable: false },
  wrong_resource: { status: 402, title: "The payment was made for something else", retryable: false },
  body_mismatch: { status: 402, title: "The payment was made for another body", retryable: false },
  in_progress: { status: 409, title: "This payment is being used by another request", retryable: true },
  idempotency_mismatch: {
    status: 409,
    title: "This key was used for another request or payment",
    retryable: false,
  },
  credential_redeemed: { status: 409, title: "This payment was already used", retryable: false },
  settlement_unknown: { status: 503, title: "The outcome of the payment is not known yet", retryable: true },
  rail_unavailable: { status: 503, title: "No payment rail is available", retryable: true },
  store_unavailable: { status: 503, title: "The paywall is not available", retryable: true },
  // the upstream
  upstream_url_rejected: { status: 422, title: "This upstream URL is not accepted", retryable: false },
  upstream_is_self: { status: 422, title: "The upstream URL points at this paywall", retryable: false },
  upstream_address_denied: { status: 502, title: "The upstream's address is not allowed", retryable: true },
  upstream_redirect: { status: 502, title: "The upstream redirected outside of its base", retryable: true },
  upstream_unreachable: { status: 502, title: "The upstream could not be reached", retryable: true },
  upstream_invalid: { status: 502, title: "The upstream sent an invalid answer", retryable: true },
  upstream_error: { status: 502, title: "The upstream failed", retryable: true },
  upstream_401: { status: 502, title: "The upstream refused the creator's credentials", retryable: true },
  upstream_402: { status: 502, title: "The upstream asks for a payment of its own", retryable: true },
  upstream_timeout: { status: 504, title: "The upstream did not answer in time", retryable: true },
  loop_detected: { status: 508, title: "The request passed through this paywall already", retryable: false },
  // accounts
  unauthorized: { status: 401, title: "Sign in first", retryable: false },
  forbidden: { status: 403, title: "Not allowed", retryable: false },
  conflict: { status: 409, title: "The state has changed or the value is taken", retryable: false },
  internal: { status: 500, title: "Something went wrong on our side", retryable: true },
} as const satisfies Record<string, Row>;

/** A stable error code: a key of {@link problems}, also the member `code` of each problem document. */
export type ProblemCode = keyof typeof problems;

/** One refused field of a request: a JSON path such as `upstream.url`, and what to do. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** What may stand beside a code: `detail` and the extensions are public, `cause` never leaves the process. */
export interface ProblemOptions {
  readonly detail?: string;
  readonly cause?: unknown;
  readonly errors?: readonly FieldProblem[];
  /** Seconds; also sent as `Retry-After`. */
  readonly retryAfter?: number;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The one error class. Thrown anywhere, answered as `application/problem+json` by {@link toProblem}. */
export class PaywallError extends Error {
  override readonly name = "PaywallError";
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? problems[code].title, { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** An RFC 9457 document with our stable `code` and `retryable`. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly retryable: boolean;
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
} & Readonly<Record<string, unknown>>;

/** @param docsBase Where our own problem types are documented, e.g. `https://paywall.example/docs/problems`. */
export function toProblem(error: PaywallError, docsBase: string): ProblemDocument {
  const row: Row = problems[error.code];
  const slug = error.code.replaceAll("_", "-");
  return {
    ...error.options.extensions,
    type: row.shared ? `https://paymentauth.org/problems/${slug}` : `${docsBase}/${slug}`,
    title: row.title,
    status: row.status,
    code: error.code,
    retryable: row.retryable,
    ...(error.options.detail === undefined ? {} : { detail: error.options.detail }),
    ...(error.options.errors === undefined ? {} : { errors: error.options.errors }),
  };
}
