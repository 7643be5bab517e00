/** A request to a service that the operator or a creator set up, mostly with JSON in and out. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** Absolute. */
  readonly url: string;
  /** Beside those of JSON: an API key, say. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the body. Default `application/json`. */
  readonly contentType?: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** What an answer may have at most. Default 65,536. */
  readonly maxBytes?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The header `Retry-After`, as it came. */
  readonly retryAfter?: string;
}

/**
 * Port of rails that talk to a hosted service; Node fills it with `createHttpSend`. Sends once, never again by itself,
 * follows no redirect, and rejects unless a whole answer arrived in time: the request may have had its effect even then.
 */
export type HttpSend = (request: HttpRequest) => Promise<HttpAnswer>;

/** No connection came about, so nobody has seen the request. What else an {@link HttpSend} rejects with leaves that open. */
export class NotSentError extends Error {
  override readonly name = "NotSentError";
}
